/* SPDX-License-Identifier: MIT */
/* agent/outputs/codedeploy_agent.c: the bytes of codedeployagent.yml before, with, and after our
 * line. */

#include "shared_file.h"

#define D     DISPLACED
#define URI   ":proxy_uri: http://u:x%40@p:2\n"
#define BLOCK BEGIN URI END

static const struct output_file *const file = &codedeploy_agent_output.files[0];

static const struct golden goldens[] = {
    { TEXT(""), TEXT(BLOCK) },
    { TEXT(":verbose: true"), TEXT(BLOCK ":verbose: true") },
    { TEXT("---\n:log_dir: '/var/log/'\n:proxy_uri:\n:max_revisions: 5\n"),
        TEXT("---\n" BLOCK ":log_dir: '/var/log/'\n" D ":proxy_uri:\n:max_revisions: 5\n") },
    { TEXT("%YAML 1.1\n# c\n\n--- # c\r\n:a: 1\r\n"),
        TEXT("%YAML 1.1\n# c\n\n--- # c\r\n" BLOCK ":a: 1\r\n") },
    { TEXT("---"), TEXT("---\n" BEGIN_JOINED URI END) },
    /* Only the first document is read. */
    { TEXT(":a: 1\n---\n:proxy_uri: x\n"), TEXT(BLOCK ":a: 1\n---\n:proxy_uri: x\n") },
    { TEXT("---\n:a: 1\n...\n:proxy_uri: x\n"), TEXT("---\n" BLOCK ":a: 1\n...\n:proxy_uri: x\n") },

    /* In every form. */
    { TEXT("proxy_uri: x\n:proxy_uri : x # y\r\n"),
        TEXT(BLOCK D "proxy_uri: x\n" D ":proxy_uri : x # y\\x0d\n") },
    { TEXT("\":proxy_uri\": x\n'proxy_uri' :\tx\n:\"proxy_uri\": x\n:'proxy_uri':"),
        TEXT(BLOCK D "\":proxy_uri\": x\n" D "'proxy_uri' :\tx\n" D ":\"proxy_uri\": x\n" D
                     ":'proxy_uri':") },
    { TEXT("\":proxy\\x5furi\": x\n\"\\u003aproxy_uri\": x\n"),
        TEXT(BLOCK D "\":proxy\\x5cx5furi\": x\n" D "\"\\x5cu003aproxy_uri\": x\n") },
    { TEXT("!ruby/symbol proxy_uri: x\n&a :proxy_uri: x\n? :proxy_uri\n: x\n:b: 2\n"),
        TEXT(BLOCK D "!ruby/symbol proxy_uri: x\n" D "&a :proxy_uri: x\n" D "? :proxy_uri\n" D
                     ": x\n:b: 2\n") },

    /* Statements that go on. */
    { TEXT(":proxy_uri:\n  x\n\n# c\n\ty\n:b: 2\n"),
        TEXT(BLOCK D ":proxy_uri:\n" D "  x\n\n# c\n" D "\ty\n:b: 2\n") },
    { TEXT(":proxy_uri: >-\n  # x: 'y\n  y\n:b: 2\n"),
        TEXT(BLOCK D ":proxy_uri: >-\n  # x: 'y\n" D "  y\n:b: 2\n") },
    { TEXT(":proxy_uri: \"x\\\"\n:a: 2\n\n# x\"\n:b: 2\n"),
        TEXT(BLOCK D ":proxy_uri: \"x\\x5c\"\n" D ":a: 2\n" D "\n" D "# x\"\n:b: 2\n") },
    { TEXT(":proxy_uri: !x 'it''s\n:a: 2'\n:b: 2\n"),
        TEXT(BLOCK D ":proxy_uri: !x 'it''s\n" D ":a: 2'\n:b: 2\n") },
    { TEXT(":a: {b: it's, # }\nproxy_uri: ['}',\n\"]\n\"]}\n:proxy_uri: x\n"),
        TEXT(BLOCK ":a: {b: it's, # }\nproxy_uri: ['}',\n\"]\n\"]}\n" D ":proxy_uri: x\n") },
    { TEXT(":a:\n- 1\n- :proxy_uri: x\n:proxy_uri:\n- 1\n"),
        TEXT(BLOCK ":a:\n- 1\n- :proxy_uri: x\n" D ":proxy_uri:\n" D "- 1\n") },

    /* Not ours. */
    { TEXT("#:proxy_uri: x\n:proxy_uri2: x\n:proxy_uri:x: y\n:a: it's\n  :proxy_uri: x\n"
           ":a: ':proxy_uri: x'\n:\xc3\xa9: \xc3\xa8\n"),
        TEXT(BLOCK "#:proxy_uri: x\n:proxy_uri2: x\n:proxy_uri:x: y\n:a: it's\n  :proxy_uri: x\n"
                   ":a: ':proxy_uri: x'\n:\xc3\xa9: \xc3\xa8\n") },
};

static void test_golden(void **state)
{
    (void) state;
    const struct environment both = values_of(true, true, LETTER_CASE_BOTH);
    check_goldens(file, &both, goldens, ELEMENTSOF(goldens));
}

/* There is one proxy for all: the one for https, or the one for http. */
static void test_values(void **state)
{
    (void) state;
    static const struct golden https[] = { { TEXT("---\n"), TEXT("---\n" BLOCK) } };
    static const struct golden http[] = { { TEXT("---\n:proxy_uri:\n"),
        TEXT("---\n" BEGIN ":proxy_uri: http://p:1\n" END D ":proxy_uri:\n") } };
    const struct environment only_https = values_of(false, true, LETTER_CASE_UPPER);
    const struct environment only_http = values_of(true, false, LETTER_CASE_LOWER);
    check_goldens(file, &only_https, https, 1);
    check_goldens(file, &only_http, http, 1);
}

static void test_verify(void **state)
{
    (void) state;
    static const struct reading readings[] = {
        { URI, true },
        { "---\n:proxy_uri:   http://u:x%40@p:2  \r\n# c\n\n:a:\n  b\n? c\n: d\n...\n", true },
        { URI "---\n:proxy_uri: x\n", true },
        { "", false },
        { "#" URI, false },
        { "---\n:a: 1\n---\n" URI, false },
        { ":proxy_uri: http://p:1\n", false },
        { ":proxy_uri:http://u:x%40@p:2\n", false },
        { ":a: \"\n" URI "\"\n", false },
        { ":a:\n  " URI, false },
        { URI ":proxy_uri:\n", false },
        { URI "'proxy_uri': x\n", false },
        { URI "? proxy_uri\n: x\n", false },
        { URI "\n# c\n  y\n", false },
        /* No mapping from the first column on: our line would spoil it. */
        { "---\n" URI "  :a: 1\n", false },
        { " :a: 1\n" URI, false },
        { URI "{a: 1}\n", false },
        { "---\n" URI "- a\n", false },
        { URI "a\n", false },
        { URI "--- {a: 1}\n", false },
        { "--- {a: 1}\n" URI, false },
    };
    const struct environment both = values_of(true, true, LETTER_CASE_BOTH);
    check_readings(file, &both, readings, ELEMENTSOF(readings),
        "the CodeDeploy agent would not read :proxy_uri: as it was meant");
}

/* What Ruby's YAML reads otherwise than line by line, each tried with it: not written, and said. */
static void test_differs(void **state)
{
    (void) state;
#define BREAK                                                                                      \
    " has a character in it that ends a line in YAML (a carriage return, U+0085, U+2028 or "       \
    "U+2029): put a newline in its place"
#define MARK                                                                                       \
    " begins with a byte order mark, and the agent reads none behind another line: take the mark " \
    "out"
#define KEYS                                                                                       \
    " has its keys from another place (\"<<:\", \"*NAME :\", \"? |\"), and they can override "     \
    ":proxy_uri: "                                                                                 \
    "write them out"
    static const struct refusal refusals[] = {
        { ":a: b\xc2\x85:proxy_uri: x\n", "line 1" BREAK },
        { ":a: b\n# c\xe2\x80\xa8:proxy_uri: x\n", "line 2" BREAK },
        { ":a: b\xe2\x80\xa9:proxy_uri: x\n", "line 1" BREAK },
        { ":a: b\r:proxy_uri: x\n", "line 1" BREAK },
        { ":proxy_uri: x\r:a: b\n", "line 1" BREAK },
        { ":a: b\r\n:c: d\r\n", NULL },
        { ":a: \"\xc3\x85\xe2\x80\xa7\"\n", NULL },
        { ":a: \xff\n", "it is not UTF-8: the agent would read nothing of it" },
        { "\xef\xbb\xbf:a: b\n", "line 1" MARK },
        { "# c\n\xef\xbb\xbf:a: b\n", "line 2" MARK },
        { ":b: &b {:proxy_uri: x}\n<<: *b\n", "line 2" KEYS },
        { "\"<<\" : *b\n", "line 1" KEYS },
        { ":b: &b :proxy_uri\n*b : x\n", "line 2" KEYS },
        { ":a: 1\n? |-\n :proxy_uri\n: x\n", "line 2" KEYS },
        { "? >-\n :proxy_uri\n: x\n", "line 1" KEYS },
        { "?\n :proxy_uri\n: x\n", "line 1" KEYS },
        { "\"\\x3c<\": *b\n", "line 1" KEYS },
        { ":a: 1\n? :proxy_uri # c\n: x\n", "line 2" KEYS },
        { ":proxy_uri: &p http://other\n:a: *p\n",
            "line 1 gives its value a name (\"&NAME\"), which others can use: write the value out "
            "where it is used" },
        { ":a: &p http://other\n:b: *p\n", NULL },
        { ":a:\n  <<: *b\n", NULL },
        { ":a: *b\n:c: '<<: '\n", NULL },
        { ":a: 1\n---\n<<: *b\n", NULL },
    };
    const struct environment both = values_of(true, true, LETTER_CASE_BOTH);
    check_refusals(file, &both, refusals, ELEMENTSOF(refusals));
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
