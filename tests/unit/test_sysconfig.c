/* SPDX-License-Identifier: MIT */
/* agent/outputs/sysconfig.c: the bytes of SUSE's file before, with, and after our lines. */

#include "shared_file.h"

#define D DISPLACED
#define OURS                                                                                       \
    "PROXY_ENABLED=\"yes\"\nHTTP_PROXY=\"http://p:1\"\nHTTPS_PROXY=\"http://u:x%40@p:2\"\n"        \
    "NO_PROXY=\"n,*.n\"\n"
#define BLOCK BEGIN OURS END

static const struct output_file *const file = &sysconfig_output.files[0];

static const struct golden goldens[] = {
    { NULL, 0, TEXT(BEGIN_NEW OURS END) },
    { TEXT(""), TEXT(BLOCK) },
    { TEXT("FTP_PROXY=\"x\"\n"), TEXT("FTP_PROXY=\"x\"\n" BLOCK) },
    { TEXT("PROXY_ENABLED=\"no\"\nHTTP_PROXY=\"\"\nA=1\n"),
        TEXT(D "PROXY\\x5fENABLED=\"no\"\n" D "HTTP\\x5fPROXY=\"\"\nA=1\n" BLOCK) },
    { TEXT(" export NO_PROXY='a, b' \nhttp_proxy=x\nX_HTTP_PROXY=\"1\"\n"),
        TEXT(D " export NO\\x5fPROXY='a, b' \n" D "http\\x5fproxy=x\n"
               "X_HTTP_PROXY=\"1\"\n" BLOCK) },
    /* What is a comment to all but registercloudguest. */
    { TEXT("# PROXY_ENABLED: yes or no\n# PROXY_ENABLED: yes\n# HTTP_PROXY: a URL\n"
           "# HTTP_PROXY=\"x\"\n# NO_PROXY\n#HTTPS_PROXY='x'\n"),
        TEXT(D "# PROXY\\x5fENABLED: yes or no\n# PROXY_ENABLED: yes\n" D "# HTTP\\x5fPROXY: a "
               "URL\n# HTTP_PROXY=\"x\"\n" D "# NO\\x5fPROXY\n" D "#HTTPS\\x5fPROXY='x'\n" BLOCK) },
    { TEXT("A=\\x5f\\\nNO_PROXY=\"x\"\nB_C=1\\\\\nNO_PROXY=\\\nD=1\r\n"),
        TEXT("A=\\x5f\\\nNO_PROXY=\"x\"\nB_C=1\\\\\n" D "NO\\x5fPROXY=\\x5c\n" D
             "D=1\\x0d\n" BLOCK) },
};

static void test_golden(void **state)
{
    (void) state;
    const struct environment both = values_of(true, true, LETTER_CASE_BOTH);
    check_goldens(file, &both, goldens, ELEMENTSOF(goldens));
}

static void test_verify(void **state)
{
    (void) state;
    static const struct reading readings[] = {
        { OURS, true },
        { "A=1\nHTTP_PROXY=\"x\"\n# HTTP_PROXY=\"x\" NO_PROXY=\"x\"\n" OURS "B=2", true },
        { "", false },
        { OURS "HTTP_PROXY=\"x\"\n", false },
        { "NO_PROXY=\"n,*.n\"\nHTTP_PROXY=\"http://p:1\"\n", false },
        /* To a shell it is the same. */
        { OURS "# HTTP_PROXY=\"x\"\n", false },
        { OURS "# an HTTP_PROXY\n", false },
        { "# PROXY_ENABLED or not\n" OURS, false },
        { OURS "#HTTPS_PROXY=\"\n", false },
        /* And to registercloudguest this. */
        { OURS "HTTP_PROXY=x \"http://p:1\"\n", false },
    };
    const struct environment both = values_of(true, true, LETTER_CASE_BOTH);
    for (size_t i = 0; i < ELEMENTSOF(readings); i++) {
        struct content content = { .exists = true };
        struct error err = { 0 };
        check_number("text", buffer_append_text(&content.bytes, readings[i].file), 0);
        check_number(
            readings[i].file, file->verify(&both, &content, &err), readings[i].good ? 0 : -EBADMSG);
        content_free(&content);
    }
}

static void test_one_proxy(void **state)
{
    (void) state;
    static char list[] = "n", http[] = "http://p:1";
    const struct environment one = {
        .values = { [VARIABLE_HTTP_PROXY] = http, [VARIABLE_NO_PROXY] = list },
        .letter_case = LETTER_CASE_LOWER,
    };
    static const struct golden golden = { TEXT("HTTPS_PROXY=\"x\"\n"),
        TEXT("HTTPS_PROXY=\"x\"\n" BEGIN "PROXY_ENABLED=\"yes\"\nHTTP_PROXY=\"http://p:1\"\n"
             "NO_PROXY=\"n\"\n" END) };
    check_goldens(file, &one, &golden, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_verify),
        cmocka_unit_test(test_one_proxy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
