/* SPDX-License-Identifier: MIT */
/* agent/outputs/ecs.c: the bytes of ecs.config before, with, and after our lines; the drop-in. */

#include "formats/whole_file.h"
#include "shared_file.h"

#define D    DISPLACED
#define HTTP "HTTP_PROXY=p:1\n"
#define BOTH                                                                                       \
    HTTP "HTTPS_PROXY=u:x%40@p:2\n"                                                                \
         "NO_PROXY=n,*.n,/var/run/docker.sock\n"
#define BLOCK BEGIN BOTH END

static const struct output_file *const file = &ecs_output.files[0];

static const struct golden goldens[] = {
    { NULL, 0, TEXT(BEGIN_NEW BOTH END) },
    { TEXT(""), TEXT(BLOCK) },
    { TEXT("ECS_CLUSTER=c\n"), TEXT(BLOCK "ECS_CLUSTER=c\n") },
    { TEXT("ECS_CLUSTER=c"), TEXT(BLOCK "ECS_CLUSTER=c") },
    { TEXT("A=\0\xff\r\n"), TEXT(BLOCK "A=\0\xff\r\n") },
    { TEXT("HTTP_PROXY=x"), TEXT(BLOCK D "HTTP_PROXY=x") },
    { TEXT("A=1\n HTTP_PROXY = \"x\"\r\nB=2\n\x0bNO_PROXY\t=\nhttps_proxy=y\n"),
        TEXT(BLOCK "A=1\n" D " HTTP_PROXY = \"x\"\\x0d\nB=2\n" D "\x0bNO_PROXY\t=\n" D
                   "https_proxy=y\n") },
    /* To ecs-init a backslash does not make a line go on. */
    { TEXT("HTTP_PROXY=x\\\nA=1\\\nNO_PROXY=y\n"),
        TEXT(BLOCK D "HTTP_PROXY=x\\x5c\nA=1\\\n" D "NO_PROXY=y\n") },
    { TEXT("#HTTP_PROXY=x\n  # NO_PROXY=x\nHTTP_PROXY\nX_HTTP_PROXY=1\nexport NO_PROXY=x\n=\n"),
        TEXT(BLOCK "#HTTP_PROXY=x\n  # NO_PROXY=x\nHTTP_PROXY\nX_HTTP_PROXY=1\n"
                   "export NO_PROXY=x\n=\n") },
};

static void test_golden(void **state)
{
    (void) state;
    const struct environment both = values_of(true, true, LETTER_CASE_LOWER);
    check_goldens(file, &both, goldens, ELEMENTSOF(goldens));
}

static void test_values(void **state)
{
    (void) state;
    static char https[] = "https://p:1", six[] = "http://u:p@[fd00::1]:3128", list[] = "n";
    static const struct {
        struct environment environment;
        struct golden golden;
    } rows[] = {
        { { .values = { [VARIABLE_HTTP_PROXY] = six, [VARIABLE_NO_PROXY] = list } },
            { TEXT("HTTPS_PROXY=x\nhttp_proxy=x\n"),
                TEXT(BEGIN "HTTP_PROXY=u:p@[fd00::1]:3128\nNO_PROXY=n,/var/run/docker.sock\n" END
                           "HTTPS_PROXY=x\n" D "http_proxy=x\n") } },
        /* Without its scheme it would be an http proxy. */
        { { .values = { [VARIABLE_HTTPS_PROXY] = https, [VARIABLE_NO_PROXY] = list } },
            { TEXT("HTTP_PROXY=x\n"),
                TEXT(BEGIN "HTTPS_PROXY=https://p:1\nNO_PROXY=n,/var/run/docker.sock\n" END
                           "HTTP_PROXY=x\n") } },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_goldens(file, &rows[i].environment, &rows[i].golden, 1);
}

static void test_verify(void **state)
{
    (void) state;
    static const struct reading readings[] = {
        { BOTH, true },
        { "A=1\n" BOTH "B=2", true },
        { BOTH "http_proxy=x\n#HTTP_PROXY=x\nHTTP_PROXY\n", true },
        { "HTTP_PROXY=x\n" BOTH, true },
        { "", false },
        { BOTH "HTTP_PROXY=x\n", false },
        { BOTH " HTTP_PROXY =\n", false },
        { "HTTP_PROXY=http://p:1\n", false },
        { "http_proxy=p:1\n", false },
    };
    const struct environment both = values_of(true, true, LETTER_CASE_BOTH);
    check_readings(file, &both, readings, ELEMENTSOF(readings),
        "ECS would not read HTTP_PROXY as it was meant");
}

static void test_dropin(void **state)
{
    (void) state;
    static const struct content nothing;
    const struct output_file *dropin = &ecs_output.files[1];
    const struct environment both = values_of(true, true, LETTER_CASE_BOTH);
    _cleanup_content_ struct content with = { 0 }, backup = { 0 };
    struct error err = { 0 };
    const struct edit edit = { &both, &nothing, &nothing, &with, &backup };
    check_number("render", whole_file_render(dropin->body, &edit), 0);
    check_content("drop-in", &with,
        TEXT(WHOLE_FILE_HEAD "\n[Service]\nEnvironment=\"HTTP_PROXY=p:1\"\n"
                             "Environment=\"NO_PROXY=n,*.n,/var/run/docker.sock\"\n"
                             "EnvironmentFile=-/etc/ecs/ecs.config\n"));
    check_number("verify", dropin->verify(&both, &with, &err), 0);
    check_number("verify", dropin->verify(&both, &nothing, &err), -EBADMSG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_verify),
        cmocka_unit_test(test_dropin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
