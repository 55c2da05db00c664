/* SPDX-License-Identifier: MIT */
/* agent/outputs/dnf.c: the bytes of dnf.conf before, with, and after our line. */

#include "shared_file.h"

#define D     DISPLACED
#define PROXY "proxy=http://u:x%40@p:2\n"
#define BASIC "proxy_auth_method=basic\n"
#define HTTPS PROXY BASIC
#define BLOCK BEGIN HTTPS END

static const struct output_file *const file = &dnf_output.files[0];

static const struct golden goldens[] = {
    { NULL, 0, TEXT(BEGIN_NEW "[main]\n" HTTPS END) },
    { TEXT(""), TEXT(BEGIN "[main]\n" HTTPS END) },
    { TEXT("[main]\n"), TEXT("[main]\n" BLOCK) },
    { TEXT("[main]"), TEXT("[main]\n" BEGIN_JOINED HTTPS END) },
    { TEXT("[main]\ngpgcheck=1\nbest=True"), TEXT("[main]\n" BLOCK "gpgcheck=1\nbest=True") },
    { TEXT("[main]\r\ngpgcheck=1\r\n"), TEXT("[main]\r\n" BLOCK "gpgcheck=1\r\n") },
    { TEXT("\xef\xbb\xbf[main]\na=\0\xff\n"), TEXT("\xef\xbb\xbf[main]\n" BLOCK "a=\0\xff\n") },
    { TEXT("# c\n; c\n\n  [main] # c\na=1\n"), TEXT("# c\n; c\n\n  [main] # c\n" BLOCK "a=1\n") },
    { TEXT("[updates]\nname=x"), TEXT("[updates]\nname=x\n" BEGIN_JOINED "[main]\n" HTTPS END) },
    { TEXT("[ main ]\n[Main]\n[mainly]\n#[main]\n"),
        TEXT("[ main ]\n[Main]\n[mainly]\n#[main]\n" BEGIN "[main]\n" HTTPS END) },

    /* In every form that one of the readers knows. */
    { TEXT("[main]\nproxy=x\n"), TEXT("[main]\n" BLOCK D "proxy=x\n") },
    { TEXT("[main]\nproxy=x"), TEXT("[main]\n" BLOCK D "proxy=x") },
    { TEXT("[main]\nproxy = x\r\n"), TEXT("[main]\n" BLOCK D "proxy = x\\x0d\n") },
    { TEXT("[main]\nproxy\t=\n"), TEXT("[main]\n" BLOCK D "proxy\t=\n") },
    { TEXT("[main]\nproxy: x\nPROXY : y\n"),
        TEXT("[main]\n" BLOCK D "proxy: x\n" D "PROXY : y\n") },
    { TEXT("[main]\nproxy_username=u\nproxy_password = a\\=b\nproxy_auth_method=ntlm\n"),
        TEXT("[main]\n" BLOCK D "proxy_username=u\n" D "proxy_password = a\\x5c=b\n" D
             "proxy_auth_method=ntlm\n") },
    { TEXT("[main]\na=1\n[x]\nproxy=y\n[main]\nproxy=x\n"),
        TEXT("[main]\n" BLOCK "a=1\n[x]\nproxy=y\n[main]\n" D "proxy=x\n") },

    /* Lines that go on: also behind comments, also when they look like comments. */
    { TEXT("[main]\nproxy=x\n y\n\tz\na=1\n y\n"),
        TEXT("[main]\n" BLOCK D "proxy=x\n" D " y\n" D "\tz\na=1\n y\n") },
    { TEXT("[main]\nproxy=x\n\n# c\n;c\n  # y\n ;y\na=1\n"),
        TEXT("[main]\n" BLOCK D "proxy=x\n\n# c\n;c\n" D "  # y\n" D " ;y\na=1\n") },
    { TEXT("[main]\nREM c\n  x\nproxy=x\nremark=1\n y\n"),
        TEXT("[main]\n" BLOCK "REM c\n" D "  x\n" D "proxy=x\nremark=1\n" D " y\n") },
    { TEXT("[main]\na=1\n proxy=x\n"), TEXT("[main]\n" BLOCK "a=1\n proxy=x\n") },
    { TEXT("[main]\nproxy=x\n [x]\n y\n"), TEXT("[main]\n" BLOCK D "proxy=x\n [x]\n y\n") },
    /* Behind the header a line that goes on with nothing would go on with ours. */
    { TEXT("[main]\n# c\n  x\n  y\na=1\n"),
        TEXT("[main]\n" BLOCK "# c\n" D "  x\n" D "  y\na=1\n") },

    /* Not ours: other names, no assignments. */
    { TEXT("[main]\nproxy_sslverify=1\nmy_proxy=x\nproxy2=x\nproxy\n#proxy=x\n;proxy=x\nx=proxy="
           "y\n"),
        TEXT("[main]\n" BLOCK "proxy_sslverify=1\nmy_proxy=x\nproxy2=x\nproxy\n#proxy=x\n;proxy=x\n"
             "x=proxy=y\n") },
    { TEXT("proxy=x\n"), TEXT("proxy=x\n" BEGIN "[main]\n" HTTPS END) },
};

static void test_golden(void **state)
{
    (void) state;
    const struct environment both = values_of(true, true, LETTER_CASE_BOTH);
    check_goldens(file, &both, goldens, ELEMENTSOF(goldens));
    check_goldens(&dnf_output.files[1], &both, goldens, ELEMENTSOF(goldens));
}

/* There is one proxy for all: the one for https, or the one for http. */
static void test_values(void **state)
{
    (void) state;
    static const struct golden https[] = { { TEXT("[main]\n"), TEXT("[main]\n" BLOCK) } };
    static const struct golden http[] = { { TEXT("[main]\nproxy=x\n"),
        TEXT("[main]\n" BEGIN "proxy=http://p:1\n" END D "proxy=x\n") } };
    const struct environment only_https = values_of(false, true, LETTER_CASE_UPPER);
    const struct environment only_http = values_of(true, false, LETTER_CASE_LOWER);
    check_goldens(file, &only_https, https, 1);
    check_goldens(file, &only_http, http, 1);
}

static void test_verify(void **state)
{
    (void) state;
    static const struct reading readings[] = {
        { "[main]\n" HTTPS, true },
        { "[main]\n" PROXY "proxy_auth_method=basic", true },
        { "[main]\n" PROXY "a=1\n\n" BASIC, true },
        /* Without it dnf may choose NTLM. */
        { "[main]\n" PROXY, false },
        { "[main]\n" BASIC, false },
        { "[main]\n" PROXY "proxy_auth_method=any\n", false },
        { "[main]\n" PROXY "#" BASIC, false },
        { "[main]\n" HTTPS "proxy_auth_method=ntlm\n", false },
        { "[main]\n" HTTPS PROXY, false },
        { "[main]\na=1\n" HTTPS "#\n\n;\nb=1\n c\n[x]\nproxy=y\n", true },
        { "", false },
        { HTTPS, false },
        { "[x]\n" HTTPS, false },
        { "[ main ]\n" HTTPS, false },
        { "[main]\n#" HTTPS, false },
        { "[main]\n " HTTPS, false },
        { "[main]\nproxy=http://u:x%40@p:1\n" BASIC, false },
        { "[main]\nproxy=http://u:x%40@p:22\n" BASIC, false },
        { "[main]\n" HTTPS "proxy=y\n", false },
        { "[main]\nproxy=y\n" HTTPS, false },
        { "[main]\n" HTTPS "Proxy: y\n", false },
        { "[main]\n" HTTPS "[main]\nproxy=y\n", false },
        { "[main]\n" HTTPS "proxy_password=\n", false },
        { "[main]\n" HTTPS " y\n", false },
        { "[main]\n" HTTPS "rem c\n y\n", false },
        { "[main]\n" HTTPS "\n# c\n # y\n", false },
    };
    const struct environment both = values_of(true, true, LETTER_CASE_BOTH);
    check_readings(
        file, &both, readings, ELEMENTSOF(readings), "dnf would not read proxy as it was meant");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_verify),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
