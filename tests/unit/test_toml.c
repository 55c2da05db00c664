/* SPDX-License-Identifier: MIT */
/* agent/formats/toml.c: what the lines of a file are, and the parts of a statement. */

#include "formats/toml.h"

#include "check.h"

/* A letter for each line. */
static const char letters[] = {
    [LINE_EMPTY] = '.',
    [LINE_STATEMENT] = 's',
    [LINE_CONTINUES] = '+',
    [LINE_OUR_SECTION] = 'o',
    [LINE_OTHER_SECTION] = '[',
};

static const struct {
    const char *row, *text, *kinds;
} rows[] = {
    { "empty lines", "\n \t\r\n# [a]\n  # a=1\n", "...." },
    { "statements and headers", "a=1\n[b]\n [[c]] # d\n\t'd' = 2\r\n", "s[[s" },
    { "strings on a line", "a = \"[\" # [\nb = '[' # \"\"\"\n\"'''\" = \"\\\"\"\nc=1\n", "ssss" },
    { "brackets", "a = [ # ]\n[1],\n\n# ]\n]\nb = {c = 1,\nd = 2}\ne=1\n", "s++++s+s" },
    { "brackets in strings", "a = [ \"]\", ']'\n]\nb=1\n", "s+s" },
    { "brackets that nobody opened", "a = ]}\nb=1\n", "ss" },

    { "a long string", "a = \"\"\"\n[b]\n# c\n\n\"\"\"\nb=1\n", "s++++s" },
    { "a literal one", "a = '''\n[b]\n\"\"\"\n\\'''\nb=1\n", "s+++s" },
    { "both on a line", "a = \"\"\"b\"\"\"\nb = '''c'''\nc = \"\"\"\"\"\"\nd=1\n", "ssss" },
    { "an escaped quote in it", "a = \"\"\"b\\\"\"\"\nb\"\"\"\nc=1\n", "s+s" },
    { "a backslash in a literal one", "a = '''b\\'''\nc=1\n", "ss" },
    { "another one behind it", "a = [\"\"\"b\"\"\", '''\nc\n''']\nd=1\n", "s++s" },

    /* Up to two quotes in front of the end belong to the string. */
    { "one quote more", "a = [\"\"\"b\"\"\"\"]\nc=1\n", "ss" },
    { "two quotes more", "a = [\"\"\"b\"\"\"\"\"]\nc=1\n", "ss" },
    { "literal, one more", "a = ['''b'''']\nc=1\n", "ss" },
    { "literal, two more", "a = ['''b''''']\nc=1\n", "ss" },
    { "two more on a later line", "a = [\"\"\"\n\"\"\"\"\"]\nc=1\n", "s+s" },
};

static void test_kinds(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer bytes = { 0 };
        check_number(rows[i].row, buffer_append_text(&bytes, rows[i].text), 0);
        char kinds[32] = "";
        struct line_parser parser = { 0 };
        size_t count = 0;
        for (struct line line = { 0 }; line_next(&bytes, &line) && count < sizeof(kinds) - 1;)
            kinds[count++] = letters[toml_classify(&line, &parser)];
        check_text(rows[i].row, kinds, rows[i].kinds);
    }
}

/* What a reader of a part takes from a line; NULL: nothing. */
static void check_part(
    const char *text, bool (*take)(const struct line *line, struct line *ret), const char *expected)
{
    const struct line line = { text, strlen(text), true };
    struct line part = { 0 };
    bool taken = take(&line, &part);
    check_number(text, taken, expected != NULL);
    if (taken)
        check_bytes(text, part.text, part.length, expected, strlen(expected));
}

static void test_parts(void **state)
{
    (void) state;
    static const struct {
        const char *line, *key, *value;
    } statements[] = {
        { "a=\"b\"", "a", "b" },
        { " \ta-b_1 = 'c' # d\r", "a-b_1", "c" },
        { "\"a b\" = \"\"", "a b", "" },
        { "'a' = 'b\"c'", "a", "b\"c" },
        { "a.b = 'c'", "a", NULL },
        { "a . b = 'c'", "a", NULL },
        { "a = 1", "a", NULL },
        { "a = \"b\\n\"", "a", NULL },
        { "a = 'b\\n'", "a", NULL }, /* it has a backslash, too */
        { "a = \"b\" c", "a", NULL },
        { "a = \"b", "a", NULL },
        { "a = \"\"\"b\"\"\"", "a", NULL },
        { "a = ", "a", NULL },
        { "a", NULL, NULL },
        { "= 'b'", NULL, NULL },
        { "\"\" = 'b'", NULL, NULL },
        { "a b = 'c'", NULL, NULL },
        { "", NULL, NULL },
    };
    static const struct {
        const char *line, *name;
        bool is_array_of_proxy;
    } headers[] = {
        { "[proxy]", "proxy", false },
        { " [ \"proxy\" ] # c", "proxy", false },
        { "['a b']", "a b", false },
        { "[proxy.x]", NULL, false },
        { "[proxy", NULL, false },
        { "[]", NULL, false },
        { "proxy]", NULL, false },
        { "[[proxy]]", NULL, true },
        { "\t[[ 'Proxy' ]]", NULL, true },
        { "[[proxy.x]]", NULL, false },
        { "[[proxies]]", NULL, false },
    };
    for (size_t i = 0; i < ELEMENTSOF(statements); i++) {
        check_part(statements[i].line, toml_key, statements[i].key);
        check_part(statements[i].line, toml_string, statements[i].value);
    }
    for (size_t i = 0; i < ELEMENTSOF(headers); i++) {
        const struct line line = { headers[i].line, strlen(headers[i].line), true };
        check_part(headers[i].line, toml_table, headers[i].name);
        check_number(headers[i].line, toml_is_array_of(&line, LINE_OTHER_SECTION, "proxy"),
            headers[i].is_array_of_proxy);
        check_number(headers[i].line, toml_is_array_of(&line, LINE_CONTINUES, "proxy"), false);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
