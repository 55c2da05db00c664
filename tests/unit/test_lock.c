/* agent/files/lock.c: who may write in a tree, and what stays when the lock is over. */

#include "files/lock.h"

#include <sys/file.h>
#include <sys/mount.h>

#include "lib/clock.h"
#include "scratch.h"

/* Another agent that removes the lock file and gives the lock back between our open(2) and our
 * flock(2); NULL: there is none. */
static const struct tree *removed_meanwhile;

int __real_flock(int fd, int operation);
int __wrap_flock(int fd, int operation);

int __wrap_flock(int fd, int operation)
{
    const struct tree *tree = removed_meanwhile;
    removed_meanwhile = NULL;
    if (tree)
        lock_remove(tree);
    return __real_flock(fd, operation);
}

/* Like a machine that was booted: /run is a file system of its own. */
static void mount_run(const struct scratch *scratch)
{
    check_number("mkdir", tree_make_directory(&scratch->tree, "/run"), 0);
    if (mount("none", scratch_path(scratch, "/run"), "tmpfs", 0, NULL) < 0)
        skip(); /* not permitted */
}

static int unmount_run(void **state)
{
    (void) umount2(scratch_path(*state, "/run"), MNT_DETACH);
    return scratch_teardown(state);
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
    mount_run(scratch);
    check_lock("a machine", &scratch->tree);
    struct stat status;
    check_number("stat", stat(scratch_path(scratch, LOCK_FILE), &status), 0);
    check_number("only root opens it", status.st_mode & 07777, 0600);
}

/* The next one has it at once, and whoever waited does not share it. */
static void test_remove(void **state)
{
    const struct scratch *scratch = *state;
    scratch_need_tree(scratch);
    mount_run(scratch);
    int first = take(&scratch->tree, 0);
    check_that("first", first >= 0);
    lock_remove(&scratch->tree);
    check_there(scratch, "/run", true);
    check_there(scratch, PATH_RUN, false);
    int second = take(&scratch->tree, 0);
    check_that("second", second >= 0);
    (void) close(first);
    check_held("the second's", &scratch->tree);
    scratch_write(scratch, PATH_RUN "/proxy.env", "");
    lock_remove(&scratch->tree);
    check_there(scratch, LOCK_FILE, false);
    check_there(scratch, PATH_RUN "/proxy.env", true);
    (void) close(second);
}

/* A lock on a file that is gone keeps nobody out. */
static void test_removed_meanwhile(void **state)
{
    const struct scratch *scratch = *state;
    scratch_need_tree(scratch);
    mount_run(scratch);
    removed_meanwhile = &scratch->tree;
    check_number("the file is gone", take(&scratch->tree, 0), -EBUSY);
    check_that("it was removed", !removed_meanwhile);
    removed_meanwhile = &scratch->tree;
    int lock = take(&scratch->tree, LOCK_WAIT_MS);
    check_that("the next try", lock >= 0);
    check_there(scratch, LOCK_FILE, true);
    check_held("the next try's", &scratch->tree);
    (void) close(lock);
}

/* In the tree of an image there is no file, whatever is there already. */
static void test_image(void **state)
{
    const struct scratch *scratch = *state;
    scratch_need_tree(scratch);
    check_lock("without /run", &scratch->tree);
    check_there(scratch, "/run", false);
    check_number("mkdir", tree_make_directory(&scratch->tree, "/run"), 0);
    check_lock("with /run", &scratch->tree);
    check_there(scratch, PATH_RUN, false);
    scratch_write(scratch, LOCK_FILE, "");
    check_lock("with a lock file", &scratch->tree);
    lock_remove(&scratch->tree);
    check_there(scratch, PATH_RUN, false);
}

static void test_wait(void **state)
{
    const struct scratch *scratch = *state;
    scratch_need_tree(scratch);
    struct error err = { 0 };
    char expected[512];
    (void) snprintf(expected, sizeof(expected),
        "%s/: another ec2-bootstrap has been writing there for 1 s: wait for its end, or see what "
        "it "
        "waits for",
        scratch->tree.path);
    int lock = take(&scratch->tree, 0);
    uint64_t started_ms = clock_now_ms();
    check_number("held", lock_take(&scratch->tree, 1000, &err), -EBUSY);
    check_that("held", clock_now_ms() - started_ms >= 1000);
    check_number("held", err.status, EX_IOERR);
    check_text("held", err.text, expected);
    (void) close(lock);
}

/* A full /run keeps nobody from writing elsewhere. */
static void test_full(void **state)
{
    const struct scratch *scratch = *state;
    scratch_need_tree(scratch);
    mount_run(scratch);
    if (mount("none", scratch_path(scratch, "/run"), "tmpfs", MS_REMOUNT, "nr_inodes=1") < 0)
        skip();
    check_lock("no inode is left", &scratch->tree);
    check_there(scratch, PATH_RUN, false);
}

/* What stands in the way is an error at once, not after the wait. */
static void test_in_the_way(void **state)
{
    const struct scratch *scratch = *state;
    scratch_need_tree(scratch);
    mount_run(scratch);
    struct error err = { 0 };
    char expected[512];
    (void) snprintf(
        expected, sizeof(expected), "%s" LOCK_FILE ": Not a directory", scratch->tree.path);
    scratch_write(scratch, PATH_RUN, "");
    check_number("a file", lock_take(&scratch->tree, LOCK_WAIT_MS, &err), -ENOTDIR);
    check_text("a file", err.text, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_machine, scratch_setup, unmount_run),
        cmocka_unit_test_setup_teardown(test_remove, scratch_setup, unmount_run),
        cmocka_unit_test_setup_teardown(test_removed_meanwhile, scratch_setup, unmount_run),
        scratch_test(test_image),
        scratch_test(test_wait),
        cmocka_unit_test_setup_teardown(test_full, scratch_setup, unmount_run),
        cmocka_unit_test_setup_teardown(test_in_the_way, scratch_setup, unmount_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
