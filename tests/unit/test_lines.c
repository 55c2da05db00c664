/* SPDX-License-Identifier: MIT */
/* agent/lib/lines.c: a text as lines, and what is asked of one. */

#include "lib/lines.h"

#include "check.h"

/* The lines with bars between them; one without a newline has a '-' behind it. */
static const struct {
    const char *text, *lines;
} texts[] = {
    { "", "|" },
    { "\n", "||" },
    { "a", "|a-|" },
    { "a\n", "|a|" },
    { "a\nb", "|a|b-|" },
    { "\n\na\r\n \n", "|||a\r| |" },
};

static void test_next(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(texts); i++) {
        _cleanup_buffer_ struct buffer bytes = { 0 }, lines = { 0 }, back = { 0 };
        check_number("append", buffer_append_text(&bytes, texts[i].text), 0);
        check_number("append", buffer_append_text(&lines, "|"), 0);
        for (struct line line = { 0 }; line_next(&bytes, &line);) {
            check_number("append", buffer_append(&lines, line.text, line.length), 0);
            check_number("append", buffer_append_text(&lines, line.has_newline ? "|" : "-|"), 0);
            check_number("append", line_append(&line, &back), 0);
        }
        check_text(texts[i].text, lines.data, texts[i].lines);
        check_bytes("the same bytes", back.data, back.size, texts[i].text, strlen(texts[i].text));
    }
    const struct buffer none = { 0 };
    struct line line = { 0 };
    check_that("no bytes at all", !line_next(&none, &line));
}

static void test_one(void **state)
{
    (void) state;
    static const struct {
        const char *line, *trimmed;
        bool is_a, begins_with_a, is_blank_or_comment;
    } rows[] = {
        { "", "", false, false, true },
        { " \t", "", false, false, true },
        { " \r", "", false, false, false },
        { "# a", "# a", false, false, true },
        { "\t# a ", "# a", false, false, true },
        { "a", "a", true, true, false },
        { "a # b\r", "a # b", false, true, false },
        { " \r\ta b\t", "a b", false, false, false },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        const struct line line = { rows[i].line, strlen(rows[i].line), true };
        const struct line trimmed = line_trim(&line);
        check_bytes(
            rows[i].line, trimmed.text, trimmed.length, rows[i].trimmed, strlen(rows[i].trimmed));
        check_number(rows[i].line, line_equals(&line, "a"), rows[i].is_a);
        check_number(rows[i].line, line_begins_with(&line, "a"), rows[i].begins_with_a);
        check_number(rows[i].line, line_is_blank_or_comment(&line), rows[i].is_blank_or_comment);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_next),
        cmocka_unit_test(test_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
