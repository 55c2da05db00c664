/* SPDX-License-Identifier: MIT */
/* agent/outputs/cloudwatch_agent.c: the bytes of common-config.toml before, with, and after our
 * lines. */

#include "shared_file.h"

#define D     DISPLACED
#define LINES "http_proxy = \"http://p:1\"\nno_proxy = \"n,*.n\"\n"
#define BLOCK BEGIN LINES END
#define NEW   BEGIN "[proxy]\n" LINES END

static const struct output_file *const file = &cloudwatch_agent_output.files[0];

static const struct golden goldens[] = {
    { NULL, 0, TEXT(BEGIN_NEW "[proxy]\n" LINES END) },
    { TEXT(""), TEXT(NEW) },
    { TEXT("# [proxy]\n#   http_proxy = \"{http_url}\"\n"),
        TEXT("# [proxy]\n#   http_proxy = \"{http_url}\"\n" NEW) },
    { TEXT("[credentials]\n  shared_credential_profile = \"x\""),
        TEXT("[credentials]\n  shared_credential_profile = \"x\"\n" BEGIN_JOINED
             "[proxy]\n" LINES END) },
    { TEXT("\xef\xbb\xbf[proxy]\r\na=1\r\n"), TEXT("\xef\xbb\xbf[proxy]\r\n" BLOCK "a=1\r\n") },
    { TEXT("a=1\n[ proxy ] # c\nb=2\n[ssl]\nhttp_proxy=3\n"),
        TEXT("a=1\n[ proxy ] # c\n" BLOCK "b=2\n[ssl]\nhttp_proxy=3\n") },
    { TEXT(" [\"proxy\"]\n"), TEXT(" [\"proxy\"]\n" BLOCK) },
    { TEXT("['Proxy']\n"), TEXT("['Proxy']\n" BLOCK) },
    { TEXT("[proxy.x]\nhttp_proxy = \"x\"\n[a.proxy]\n[proxyx]\n[[x]]\nproxy.a=1\n"),
        TEXT("[proxy.x]\nhttp_proxy = \"x\"\n[a.proxy]\n[proxyx]\n[[x]]\nproxy.a=1\n" NEW) },

    /* Keys and values in every form. */
    { TEXT("[proxy]\nhttp_proxy = \"x\"\nno_proxy='y' # c\n"),
        TEXT("[proxy]\n" BLOCK D "http_proxy = \"x\"\n" D "no_proxy='y' # c\n") },
    { TEXT("[proxy]\n\t\"http_proxy\" = \"x\\\"\"\r\n 'no_proxy'=\"\"\nHTTP_PROXY=\"\""),
        TEXT("[proxy]\n" BLOCK D "\t\"http_proxy\" = \"x\\x5c\"\"\\x0d\n" D " 'no_proxy'=\"\"\n" D
             "HTTP_PROXY=\"\"") },
    { TEXT("[proxy]\nhttp_proxy.x = 1\nno_proxy = [ # ]\n  \"a\", # \"\n\n]\nb=2\n"),
        TEXT("[proxy]\n" BLOCK D "http_proxy.x = 1\n" D "no_proxy = [ # ]\n" D "  \"a\", # \"\n" D
             "\n" D "]\nb=2\n") },
    { TEXT("[proxy]\nhttp_proxy = \"\"\"\n[a]\n# c\n\nx\\\"\"\"\n\"\"\"\"\"\nb=2\n"),
        TEXT("[proxy]\n" BLOCK D "http_proxy = \"\"\"\n" D "[a]\n" D "# c\n" D "\n" D
             "x\\x5c\"\"\"\n" D "\"\"\"\"\"\nb=2\n") },
    { TEXT("[proxy]\nhttp_proxy = '''\n\\'''\nb='''\nno_proxy = 1\n[ssl]'''\nno_proxy = 1\n"),
        TEXT("[proxy]\n" BLOCK D "http_proxy = '''\n" D
             "\\x5c'''\nb='''\nno_proxy = 1\n[ssl]'''\n" D "no_proxy = 1\n") },
    { TEXT("a = '''\n[proxy]\n'''\n"), TEXT("a = '''\n[proxy]\n'''\n" NEW) },
    /* Two quotes in front of a string's end are its own, and the array ends on its line. */
    { TEXT("a = [\"\"\"b\"\"\"\"\"]\n[proxy]\nhttp_proxy = \"x\"\n"),
        TEXT("a = [\"\"\"b\"\"\"\"\"]\n[proxy]\n" BLOCK D "http_proxy = \"x\"\n") },
    { TEXT("a = [\n[\"proxy\"],\n]\n"), TEXT("a = [\n[\"proxy\"],\n]\n" NEW) },

    /* Escapes, and the letters that Go's EqualFold takes for "s" and "k". */
    { TEXT("[proxy]\n\"http\\u005fproxy\" = "
           "\"x\"\n\"\\U0000004e\\x4f_proxy\"=1\n'http\\u005fproxyx'=1\n"),
        TEXT("[proxy]\n" BLOCK D "\"http\\x5cu005fproxy\" = \"x\"\n" D
             "\"\\x5cU0000004e\\x5cx4f_proxy\"=1\n'http\\u005fproxyx'=1\n") },
    { TEXT("[\"\\u0050roxy\"]\na=1\n"), TEXT("[\"\\u0050roxy\"]\n" BLOCK "a=1\n") },
    { TEXT("\"\\u0070roxy\" = {http_proxy = \"x\"}\n"),
        TEXT(D "\"\\x5cu0070roxy\" = {http_proxy = \"x\"}\n" NEW) },

    /* The section in other forms: there cannot be two. */
    { TEXT("proxy = {http_proxy = \"x\",\n a = 1}\nb=2\n"),
        TEXT(D "proxy = {http_proxy = \"x\",\n" D " a = 1}\nb=2\n" NEW) },
    { TEXT("proxy.http_proxy = \"x\"\n\"proxy\" . a = 1\nproxies.a=1\n"),
        TEXT(D "proxy.http_proxy = \"x\"\n" D "\"proxy\" . a = 1\nproxies.a=1\n" NEW) },

    /* Not ours. */
    { TEXT("[proxy]\nhttps_proxy = \"x\"\nhttp_proxy2=1\nx=\"http_proxy=1\"\nhttp_proxy\n"),
        TEXT("[proxy]\n" BLOCK
             "https_proxy = \"x\"\nhttp_proxy2=1\nx=\"http_proxy=1\"\nhttp_proxy\n") },
};

static void test_golden(void **state)
{
    (void) state;
    const struct environment http = values_of(true, false, LETTER_CASE_UPPER);
    check_goldens(file, &http, goldens, ELEMENTSOF(goldens));
}

static void test_values(void **state)
{
    (void) state;
    static const struct golden both[] = {
        { TEXT("[proxy]\nhttps_proxy='x'\n"),
            TEXT("[proxy]\n" BEGIN "http_proxy = \"http://p:1\"\n"
                 "https_proxy = \"http://u:x%40@p:2\"\nno_proxy = \"n,*.n\"\n" END D
                 "https_proxy='x'\n") },
        { TEXT("[proxy]\n\"http\\u017f_proxy\"='x'\n\"http\xc5\xbf_proxy\"='y'\n"),
            TEXT("[proxy]\n" BEGIN "http_proxy = \"http://p:1\"\n"
                 "https_proxy = \"http://u:x%40@p:2\"\nno_proxy = \"n,*.n\"\n" END D
                 "\"http\\x5cu017f_proxy\"='x'\n" D "\"http\xc5\xbf_proxy\"='y'\n") }
    };
    static const struct golden https[] = { { TEXT("[proxy]\nhttp_proxy='x'\n"),
        TEXT("[proxy]\n" BEGIN "https_proxy = \"http://u:x%40@p:2\"\nno_proxy = \"n,*.n\"\n" END
             "http_proxy='x'\n") } };
    const struct environment two = values_of(true, true, LETTER_CASE_BOTH);
    const struct environment one = values_of(false, true, LETTER_CASE_BOTH);
    check_goldens(file, &two, both, ELEMENTSOF(both));
    check_goldens(file, &one, https, 1);
}

static void test_verify(void **state)
{
    (void) state;
    static const struct reading readings[] = {
        { "[proxy]\n" LINES, true },
        { "a='''\n[x]\n'''\n['proxy'] # c\n" LINES "[x]\nhttp_proxy=1\n", true },
        { "[proxy]\n\"http_proxy\"='http://p:1' # c\r\nno_proxy = \"n,*.n\"", true },
        { "", false },
        { LINES, false },
        { "[x]\n" LINES, false },
        { "[proxy.x]\n" LINES, false },
        { "#[proxy]\n" LINES, false },
        { "a='''\n[proxy]\n" LINES, false },
        { "a=[\n[proxy]\n" LINES, false },
        { "[proxy]\n" LINES "http_proxy = \"x\"\n", false },
        { "[proxy]\n" LINES LINES, false },
        { "[proxy]\n" LINES "HTTP_PROXY = \"x\"\n", false },
        { "[proxy]\n" LINES "http_proxy.x = 1\n", false },
        { "proxy.a = 1\n[proxy]\n" LINES, false },
        { "[[proxy]]\n[proxy]\n" LINES, false },
        { "[proxy]\n" LINES "\"http_prox\\u0079\" = \"x\"\n", false },
        { "[proxy]\nhttp_proxy = \"http://p:11\"\nno_proxy = \"n,*.n\"\n", false },
        { "[proxy]\nhttp_proxy = http://p:1\nno_proxy = \"n,*.n\"\n", false },
        { "[proxy]\nhttp_proxy = \"http://p:1\nno_proxy = \"n,*.n\"\n", false },
        { "[proxy]\nhttp_proxy = \"http://p:1\" x\nno_proxy = \"n,*.n\"\n", false },
        { "[proxy]\nhttp_proxy = \"\"\"http://p:1\"\"\"\nno_proxy = \"n,*.n\"\n", false },
        { "[proxy]\nhttp_proxy = \"http:\\/\\/p:1\"\nno_proxy = \"n,*.n\"\n", false },
    };
    const struct environment http = values_of(true, false, LETTER_CASE_BOTH);
    check_readings(file, &http, readings, ELEMENTSOF(readings),
        "the CloudWatch agent would not read http_proxy as it was meant");
}

/* What the agent's library can read otherwise: not written, and said. */
static void test_differs(void **state)
{
    (void) state;
#define RETURN                                                                                     \
    " has a carriage return in it, which is no line end to every version of the agent: put a "     \
    "newline in its place"
#define TWICE                                                                                      \
    "it has the section [proxy] more than once, in whatever letter case, and the agent takes any " \
    "of them: make them one"
    static const struct refusal refusals[] = {
        { "[proxy]\n[Proxy]\n", TWICE },
        { "[Proxy]\nhttp_proxy = \"x\"\n[a]\n[proxy]\n", TWICE },
        { "[proxy]\n[proxy]\n", TWICE },
        { "[\"Pro\\u0078y\"]\n[proxy]\n", TWICE },
        { "[PROXY.a]\n", TWICE },
        { "[[Proxy]]\n[proxy]\n", TWICE },
        { "[proxy]\n[proxy.a]\n[proxies]\n", NULL },
        { "[Proxy]\n[a.proxy]\n", NULL },
        { "a = 1\r[proxy]\n", "line 1" RETURN },
        { "[proxy]\n# c\rhttp_proxy = \"x\"\n", "line 2" RETURN },
        { "[proxy]\r\na = 1\r\n", NULL },
        { "a = \"\xff\"\n", "it is not UTF-8: the agent would read nothing of it" },
    };
    const struct environment http = values_of(true, false, LETTER_CASE_BOTH);
    check_refusals(file, &http, refusals, ELEMENTSOF(refusals));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_differs),
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_verify),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
