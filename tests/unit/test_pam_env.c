/* SPDX-License-Identifier: MIT */
/* agent/formats/pam_env.c: /etc/environment as pam_env(8) reads it. What is expected was seen in
 * sessions of Linux-PAM 1.5. */

#include "formats/pam_env.h"

#include <errno.h>

#include "check.h"
#include "lib/memory.h"

/* The value of X, or "(none)". */
static void check_value(const char *file, size_t size, const char *expected)
{
    _cleanup_buffer_ struct buffer buffer = { 0 };
    _cleanup_mem_ char *value = NULL;
    check_number("append", buffer_append(&buffer, file, size), 0);
    int r = pam_env_get(&buffer, "X", &value);
    check_text(file, r == -ENOENT ? "(none)" : value, expected);
    check_that(file, (r == 0) == (value != NULL));
}

static void test_get(void **state)
{
    (void) state;
    static const struct {
        const char *file, *expected;
    } rows[] = {
        { "", "(none)" },
        { "\n\n", "(none)" },
        { "X=1", "1" },
        { "X=1\n", "1" },
        { "Y=0\nX=1\nZ=2\n", "1" },
        { "X=1\nX=2\n", "2" },
        { "X=1\nXX=2\n", "1" },
        { "XX=2\n", "(none)" },
        { "x=1\n", "(none)" },
        { "X\n", "(none)" },
        { "X=\n", "" },
        { "X=1\nX=\n", "" },
        { "X =1\n", "(none)" },
        { "X= 1\n", " 1" },
        { "X=1  \n", "1  " },
        { "  \tX=1\n", "1" },
        { "export X=1\n", "1" },
        { "  export X=1\n", "1" },
        { "export  X=1\n", "(none)" },
        { "export\tX=1\n", "(none)" },
        { "Export X=1\n", "(none)" },
        { "# X=1\n", "(none)" },
        { "  #X=1\n", "(none)" },
        { "X=1#2\n", "1" },
        { "X=1 # two\n", "1 " },
        { "X=#2\n", "" },
        { "X=\"1#2\"\n", "1" },
        { "X=\"1\"\n", "1" },
        { "X='1'\n", "1" },
        { "X=\"1'\n", "1" },
        { "X=\"1\n", "1" },
        { "X=1\"\n", "1\"" },
        { "X=\"a\"b\"\n", "a\"b" },
        { "X=\"1\"  \n", "1\"  " },
        { "X=\"\"\n", "" },
        { "X=\"\n", "" },
        { "X=a=b\n", "a=b" },
        { "X=$HOME%h`id`\\n\n", "$HOME%h`id`\\n" },
        { "X=1\r\n", "1\r" },
        { "X=\"1\"\r\n", "1\"\r" },
        { "Y=a\\\nX=1\n", "(none)" },
        { "Y=a\\ \t\nX=1\n", "(none)" },
        { "Y=a\\\n\n# note\nX=1\nX=2\n", "2" },
        { "Y=a\\#\nX=1\n", "1" },
        { "Y=a\\b\nX=1\n", "1" },
        { "# a\\\nX=1\n", "1" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_value(rows[i].file, strlen(rows[i].file), rows[i].expected);
    const struct buffer none = { 0 };
    char *value = NULL;
    check_number("no bytes", pam_env_get(&none, "X", &value), -ENOENT);
}

/* A value goes on behind a backslash at the end of its line. */
static void test_get_continued(void **state)
{
    (void) state;
    check_value("X=a\\\nb\n", 7, "ab");
    check_value("X=a\\ \t\nb\n", 9, "ab");
}

/* A name without an assignment deletes the variable again: "X=1" and then "export X" sets nothing.
 */
static void test_get_deleted(void **state)
{
    (void) state;
    check_value("X=1\nX\n", 6, "(none)");
    check_value("X=1\nexport X\n", 13, "(none)");
    check_value("X=1\n  X # note\n", 15, "1");
    check_value("X\nX=1\n", 6, "1");
}

static void test_lines(void **state)
{
    (void) state;
    static const struct {
        const char *line;
        bool empty, continues;
    } rows[] = {
        { "", true, false },
        { " \t", true, false },
        { "#", true, false },
        { " # a\\", true, false },
        { "a", false, false },
        { " a#", false, false },
        { "\r", false, false },
        { "\\", false, true },
        { "a\\", false, true },
        { "a\\\\", false, true },
        { "a\\ \t ", false, true },
        { "a\\\r", false, false },
        { "a\\b", false, false },
        { "a#\\", false, false },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        const struct line line = { rows[i].line, strlen(rows[i].line), true };
        check_number(line.text, line_is_blank_or_comment(&line), rows[i].empty);
        check_number(line.text, pam_env_continues(&line), rows[i].continues);
    }
    check_that("the length counts", !pam_env_continues(&(const struct line){ "a\\", 1, false }));
    check_that(
        "the length counts", line_is_blank_or_comment(&(const struct line){ "  a", 2, false }));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_get),
        cmocka_unit_test(test_get_continued),
        cmocka_unit_test(test_get_deleted),
        cmocka_unit_test(test_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
