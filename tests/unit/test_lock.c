/* agent/base/lock.c: who may write in a tree, and what stays when the lock is over. */

#include "base/lock.h"

#include <string.h>

#include "base/clock.h"
#include "scratch.h"

/* The scratch tree as if it were that of the running machine. */
static struct tree machine_of(const struct scratch *scratch)
{
    static char none[] = "";
    return (struct tree){ .fd = scratch->tree.fd, .path = none };
}

static int take(const struct tree *tree, uint64_t wait_ms)
{
    struct error err = { 0 };
    return lock_take(tree, wait_ms, &err);
}

static void check_held(const char *row, const struct tree *tree)
{
    check_number(row, take(tree, 0), -EBUSY);
}

/* Takes the lock, finds it held, and gives it back. */
static void check_lock(const char *row, const struct tree *tree)
{
    int lock = take(tree, 0);
    check_that(row, lock >= 0);
    check_held(row, tree);
    (void) close(lock);
    lock = take(tree, 0);
    check_that(row, lock >= 0);
    (void) close(lock);
}

static void check_there(const struct scratch *scratch, const char *path, bool expected)
{
    struct stat status;
    check_number(path, stat(scratch_path(scratch, path), &status) == 0, expected);
}

static void test_machine(void **state)
{
    const struct scratch *scratch = *state;
    scratch_need_tree(scratch);
    struct tree machine = machine_of(scratch);
    check_lock("without /run", &machine);
    check_there(scratch, "/run", false);
    check_number("mkdir", tree_make_directory(&machine, "/run"), 0);
    check_lock("with /run", &machine);
    struct stat status;
    check_number("stat", stat(scratch_path(scratch, LOCK_FILE), &status), 0);
    check_number("only root opens it", status.st_mode & 07777, 0600);
}

/* The next one has it at once, and whoever waited does not share it. */
static void test_remove(void **state)
{
    const struct scratch *scratch = *state;
    scratch_need_tree(scratch);
    struct tree machine = machine_of(scratch);
    check_number("mkdir", tree_make_directory(&machine, "/run"), 0);
    int first = take(&machine, 0);
    check_that("first", first >= 0);
    lock_remove(&machine);
    check_there(scratch, "/run", true);
    check_there(scratch, FOLDER_RUN, false);
    int second = take(&machine, 0);
    check_that("second", second >= 0);
    (void) close(first);
    check_held("the second's", &machine);
    scratch_write(scratch, FOLDER_RUN "/proxy.env", "");
    lock_remove(&machine);
    check_there(scratch, LOCK_FILE, false);
    check_there(scratch, FOLDER_RUN "/proxy.env", true);
    (void) close(second);
}

/* In a tree that is not this machine's there is no file, whatever an agent inside has left. */
static void test_tree(void **state)
{
    const struct scratch *scratch = *state;
    scratch_need_tree(scratch);
    check_number("mkdir", tree_make_directory(&scratch->tree, "/run"), 0);
    check_lock("tree", &scratch->tree);
    check_there(scratch, FOLDER_RUN, false);
    scratch_write(scratch, LOCK_FILE, "");
    check_lock("tree", &scratch->tree);
    lock_remove(&scratch->tree);
    check_there(scratch, FOLDER_RUN, false);
}

static void test_wait(void **state)
{
    const struct scratch *scratch = *state;
    scratch_need_tree(scratch);
    struct tree machine = machine_of(scratch);
    const struct {
        const struct tree *tree;
        const char *what;
    } rows[] = { { &scratch->tree, scratch->tree.path }, { &machine, LOCK_FILE } };
    check_number("mkdir", tree_make_directory(&machine, "/run"), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct error err = { 0 };
        char expected[512];
        (void) snprintf(expected, sizeof(expected),
            "%s: another ec2-bootstrap has held the lock for 1 s", rows[i].what);
        int lock = take(rows[i].tree, 0);
        uint64_t started_ms = clock_now_ms();
        check_number(rows[i].what, lock_take(rows[i].tree, 1000, &err), -EBUSY);
        check_that(rows[i].what, clock_now_ms() - started_ms >= 1000);
        check_number(rows[i].what, err.status, EX_IOERR);
        check_text(rows[i].what, err.text, expected);
        (void) close(lock);
    }
}

/* What stands in the way is an error at once, not after the wait. */
static void test_in_the_way(void **state)
{
    const struct scratch *scratch = *state;
    scratch_need_tree(scratch);
    struct tree machine = machine_of(scratch);
    struct error err = { 0 };
    scratch_write(scratch, FOLDER_RUN, "");
    check_number("a file", lock_take(&machine, LOCK_WAIT_MS, &err), -ENOTDIR);
    check_text("a file", err.text, LOCK_FILE ": Not a directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(test_machine),
        scratch_test(test_remove),
        scratch_test(test_tree),
        scratch_test(test_wait),
        scratch_test(test_in_the_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
