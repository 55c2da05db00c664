/* SPDX-License-Identifier: MIT */
/* agent/lib/printable.c: nothing of a text acts on a terminal. */

#include "lib/printable.h"

#include "check.h"

static const struct {
    const char *text, *line, *lines;
} printable_rows[] = {
    { "", "", "" },
    { "plain ~ \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
        "plain ~ \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
        "plain ~ \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
    { "a\nb\tc", "a?b?c", "a\nb\tc" },
    { "\r\x01\x1b[1m\x7f", "???[1m?", "???[1m?" },
    { "C1 \xc2\x80\xc2\x9b\xc2\x9f", "C1 ???", "C1 ???" },
    { "raw C1 \x9b\x85", "raw C1 ??", "raw C1 ??" },
    { "direction \xe2\x80\xaa\xe2\x80\xae\xe2\x81\xa6\xe2\x81\xa9\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c",
        "direction ???????", "direction ???????" },
    { "lines \xe2\x80\xa8\xe2\x80\xa9", "lines ??", "lines ??" },
    { "unseen \xe2\x80\x8b\xef\xbb\xbf\xc2\xad\xf3\xa0\x80\xa0", "unseen ????", "unseen ????" },
    { "no UTF-8 \xff\xc3", "no UTF-8 ??", "no UTF-8 ??" },
    { "longer than needed \xc0\x9b", "longer than needed ??", "longer than needed ??" },
    { "near them \xc2\xa0\xe2\x80\xa7\xe2\x80\xaf", "near them \xc2\xa0\xe2\x80\xa7\xe2\x80\xaf",
        "near them \xc2\xa0\xe2\x80\xa7\xe2\x80\xaf" },
};

static void test_rows(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(printable_rows); i++) {
        const char *text = printable_rows[i].text;
        _cleanup_buffer_ struct buffer line = { 0 }, lines = { 0 };
        char copy[200];
        (void) snprintf(copy, sizeof(copy), "%s", text);
        printable_make(copy);
        check_text(text, copy, printable_rows[i].line);
        check_number(text, printable_append_line(text, strlen(text), &line), 0);
        check_text(text, line.data ? line.data : "", printable_rows[i].line);
        check_number(text, printable_append_lines(text, strlen(text), &lines), 0);
        check_text(text, lines.data ? lines.data : "", printable_rows[i].lines);
        check_that(text, printable_is(text) == (strcmp(text, printable_rows[i].line) == 0));
    }
}

/* Whatever bytes: what comes out is plain, and stays as it is. */
static void test_any_bytes(void **state)
{
    (void) state;
    uint64_t seed = 1;
    for (size_t n = 0; n < 20000; n++) {
        char bytes[24] = "", again[24];
        size_t length = check_random(&seed, sizeof(bytes));
        for (size_t i = 0; i < length; i++)
            bytes[i] = (char) check_random(&seed, 256);
        _cleanup_buffer_ struct buffer shown = { 0 };
        check_number("memory", buffer_append(&shown, "", 0), 0);
        check_number("memory", printable_append_line(bytes, length, &shown), 0);
        check_that("plain", printable_is(shown.data) && strlen(shown.data) == shown.size);
        (void) snprintf(again, sizeof(again), "%s", shown.data);
        printable_make(again);
        check_text("once more", again, shown.data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
