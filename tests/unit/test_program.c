/* SPDX-License-Identifier: MIT */
/* agent/files/program.c: what another program says of a text, and how its job went. */

#include "files/program.h"

#include <errno.h>
#include <signal.h>

#include "check.h"

#define COMMAND(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void test_check(void **state)
{
    (void) state;
    const struct {
        const char *row;
        const char *const *command;
        int expected;
    } rows[] = {
        { "success", COMMAND("/bin/true"), 0 },
        { "failure", COMMAND("/bin/false"), -EBADMSG },
        { "no such program", COMMAND("/no/such/program"), -ENOENT },
        { "killed", COMMAND("/bin/sh", "-c", "kill -9 $$"), -ECANCELED },
        { "the text is its input", COMMAND("/bin/sh", "-c", "test \"$(cat)\" = 'a text'"), 0 },
        { "the environment is bare", COMMAND("/bin/sh", "-c", "test -z \"$CHILD_TEST\""), 0 },
        { "it takes too long", COMMAND("/bin/sleep", "60"), -ETIMEDOUT },
    };
    _cleanup_buffer_ struct buffer input = { 0 };
    check_number("append", buffer_append_text(&input, "a text"), 0);
    check_number("setenv", setenv("CHILD_TEST", "set", 1), 0);
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_number(rows[i].row, program_accepts(rows[i].command, &input), rows[i].expected);
}

/* Whoever ignores what becomes of children learns nothing from them. */
static void test_ignored(void **state)
{
    (void) state;
    _cleanup_buffer_ struct buffer input = { 0 };
    void (*before)(int) = signal(SIGCHLD, SIG_IGN);
    check_number("success", program_accepts(COMMAND("/bin/true"), &input), -ECANCELED);
    check_number("failure", program_accepts(COMMAND("/bin/false"), &input), -ECANCELED);
    (void) signal(SIGCHLD, before);
}

/* The last words of a program, and what it was when it ended. */
static void test_run(void **state)
{
    (void) state;
    const struct {
        const char *row;
        const char *const *command;
        uint64_t timeout_ms;
        int expected;
        const char *words;
    } rows[] = {
        { "success", COMMAND("/bin/true"), 60000, 0, "" },
        { "failure", COMMAND("/bin/false"), 60000, -EBADMSG, "" },
        { "no such program", COMMAND("/no/such/program"), 60000, -ENOENT, "" },
        { "killed", COMMAND("/bin/sh", "-c", "kill -9 $$"), 60000, -ECANCELED, "" },
        { "the last line", COMMAND("/bin/sh", "-c", "echo a; echo ' b c '; echo; exit 3"), 60000,
            -EBADMSG, "b c" },
        { "standard error", COMMAND("/bin/sh", "-c", "echo a; echo b >&2"), 60000, 0, "b" },
        { "no newline", COMMAND("/bin/sh", "-c", "printf 'a\\nb'"), 60000, 0, "b" },
        { "much output", COMMAND("/bin/sh", "-c", "yes | head -n 200000; echo end"), 60000, 0,
            "end" },
        { "no input", COMMAND("/bin/sh", "-c", "cat"), 60000, 0, "" },
        { "the environment is bare", COMMAND("/bin/sh", "-c", "echo \"<$CHILD_TEST>\""), 60000, 0,
            "<>" },
        { "it takes too long", COMMAND("/bin/sh", "-c", "echo a; sleep 600"), 200, -ETIMEDOUT,
            "a" },
        { "it ignores what is said to it",
            COMMAND("/bin/sh", "-c", "trap '' TERM HUP INT QUIT PIPE; while :; do sleep 1; done"),
            200, -ETIMEDOUT, "" },
        { "it is stopped", COMMAND("/bin/sh", "-c", "kill -STOP $$"), 200, -ETIMEDOUT, "" },
        { "it leaves one behind that has its output",
            COMMAND("/bin/sh", "-c", "setsid sleep 20 & echo a"), 10000, 0, "a" },
        { "so does what it has started", COMMAND("/bin/sh", "-c", "sleep 600 & wait"), 200,
            -ETIMEDOUT, "" },
    };
    check_number("setenv", setenv("CHILD_TEST", "set", 1), 0);
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer words = { 0 };
        int r = program_run(rows[i].command, NULL, rows[i].timeout_ms, &words);
        check_number(rows[i].row, r, rows[i].expected);
        check_text(rows[i].row, words.data ? words.data : "", rows[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_ignored),
        cmocka_unit_test(test_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
