/* SPDX-License-Identifier: MIT */
/* agent/formats/yaml.c: what the lines of a file are, and the parts of a statement. */

#include "formats/yaml.h"

#include "check.h"

/* A letter for each line. */
static const char letters[] = {
    [LINE_EMPTY] = '.',
    [LINE_STATEMENT] = 's',
    [LINE_CONTINUES] = '+',
    [LINE_OUR_SECTION] = '-',
    [LINE_OTHER_SECTION] = '[',
};

static const struct {
    const char *row, *text, *kinds;
} rows[] = {
    { "empty lines", "\n \t\r\n# a: 1\n  # b: 2\n", "...." },
    { "a mapping", "a: 1\nb:\n  c: 2\n- d\n# e\n\nf: 3\n", "ss++..s" },
    { "marks", "%YAML 1.1\n--- # c\na: 1\n...\n", ".-s[" },
    { "a second document", "a: 1\n---\nb: 2\n", "s[s" },
    { "a mark with a value is a statement", "--- a\n", "s" },
    { "no marks", "---a: 1\n....: 2\n", "ss" },
    { "a directive behind the beginning is none", "a: 1\n%b: 2\n", "ss" },
    { "a question", "? a\n: 1\nb: 2\n", "s+s" },

    /* What goes on in the first column. */
    { "double quotes", "a: \"b\nc: 1\\\"\n\" # d\ne: 2\n", "s++s" },
    { "single quotes", "a: 'b\nc: ''1\n'\nd: 2\n", "s++s" },
    { "brackets", "a: [\nb, # ]\n\"]\", ']']\nc: {\nd: 1\n}\ne: 2\n", "s++s++s" },
    { "brackets with a tag in front", "a: !!seq &b [\nc\n]\nd: 1\n", "s++s" },
    { "brackets in a word are none", "a: b[\nc: 1\n", "ss" },
    { "quotes in a word are none", "a: [b\"c\n]\nd: it's\ne: 1\n", "s+ss" },
    { "a comment's brackets are none", "a: # [\nb: 1\n", "ss" },
    /* A text without quotes, or behind "|" and ">", goes on with any sign, further in than what it
       is of. */
    { "a bracket that a text goes on with", "a: b\n\n {\nc: 1\n", "s.+s" },
    { "a quote that a text goes on with", "a:\n  b\n 'c\nd: 1\n", "s++s" },
    { "a text of its own lines", "a: |2-\n  \"b\n  [c\nd: >\n {\ne: 1\n", "s++s+s" },
    { "a text of a list", "a:\n- b\n  [c\n- |\n {\n- d: e\n   {\nf: 1\n", "s++++++s" },
    { "a text of a key further in", "a:\n  b: c\n   {\n  d: [\ne ]\nf: 1\n", "s++++s" },
    { "a text that is a key", "? a\n  {\n: b\n  [\nc: 1\n", "s+++s" },
    { "no text: a comment, nothing", "a: # b\n {\nc: 1 }\nd:\n [\ne ]\nf: 1\n", "s++s++s" },
    { "nor behind a word in the next line", "a: b\n  c # d: [\ne:\n- f # g: \"\nh: 1\n", "s+s+s" },
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
            kinds[count++] = letters[yaml_classify(&line, &parser)];
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
        { "a: b", "a", "b" },
        { "a b :\t 'c d' \r", "a b", "'c d'" },
        { "a:", "a", "" },
        { ":a: b", ":a", "b" },
        { "a: b: c", "a", "b: c" },
        { "a:b: c", "a:b", "c" },
        { "'a''b': c", "a''b", NULL },
        { "\"a\\\"b\" : c", "a\\\"b", NULL },
        { "? a", "a", NULL },
        { "!tag &b c: d", "c", NULL },
        { "a #b: c", NULL, NULL },
        { "a# b: c", "a# b", "c" },
        { "!tag # b: c", NULL, NULL },
        { "a", NULL, NULL },
        { "a:b", NULL, NULL },
        { "'a: b", NULL, NULL },
        { "[a]: b", NULL, NULL },
        { "{a: b}", NULL, NULL },
        { " a: b", NULL, NULL },
    };
    static const struct {
        const char *line;
        bool begins, is_bare;
    } marks[] = {
        { "---", true, true },
        { "--- \r", true, true },
        { "--- # a", true, true },
        { "---\ta", true, false },
        { "---a", false, false },
        { " ---", false, false },
        { "--", false, false },
    };
    for (size_t i = 0; i < ELEMENTSOF(statements); i++) {
        check_part(statements[i].line, yaml_key, statements[i].key);
        check_part(statements[i].line, yaml_value, statements[i].value);
    }
    for (size_t i = 0; i < ELEMENTSOF(marks); i++) {
        const struct line line = { marks[i].line, strlen(marks[i].line), true };
        bool is_bare = false;
        check_number(marks[i].line, yaml_begins_document(&line, &is_bare), marks[i].begins);
        check_number(marks[i].line, is_bare, marks[i].is_bare);
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
