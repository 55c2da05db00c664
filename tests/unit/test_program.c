/* agent/files/program.c: what another program says of a text. */

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
        { "it takes too long", COMMAND("/bin/sleep", "60"), -ECANCELED },
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
