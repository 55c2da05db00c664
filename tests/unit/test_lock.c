/* SPDX-License-Identifier: MIT */
/* agent/files/lock.c: who may write in a tree, and what stays when the lock is over. */

#include "files/lock.h"

#include <linux/capability.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>

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

static int take(const struct tree *tree, uint64_t wait_ms, struct lock *ret)
{
    struct error err = { 0 };
    return lock_take(tree, wait_ms, ret, &err);
}

static void check_held(const char *row, const struct tree *tree)
{
    _cleanup_lock_ struct lock lock = { .fd = -1 };
    check_number(row, take(tree, 0, &lock), -EBUSY);
}

/* Takes the lock, finds it held, and gives it back. */
static void check_lock(const char *row, const struct tree *tree)
{
    for (int i = 0; i < 2; i++) {
        _cleanup_lock_ struct lock lock = { .fd = -1 };
        check_number(row, take(tree, 0, &lock), 0);
        check_held(row, tree);
    }
}

static void check_there(const struct scratch *scratch, const char *path, bool expected)
{
    struct stat status;
    check_number(path, stat(scratch_path(scratch, path), &status) == 0, expected);
}

static void test_machine(void **state)
{
    const struct scratch *scratch = *state;
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
    mount_run(scratch);
    struct lock first, second;
    check_number("first", take(&scratch->tree, 0, &first), 0);
    lock_remove(&scratch->tree);
    check_there(scratch, "/run", true);
    check_there(scratch, PATH_RUN, false);
    check_number("second", take(&scratch->tree, 0, &second), 0);
    lock_end(&first);
    check_held("the second's", &scratch->tree);
    scratch_write(scratch, PATH_RUN "/proxy.env", "");
    lock_remove(&scratch->tree);
    check_there(scratch, LOCK_FILE, false);
    check_there(scratch, PATH_RUN "/proxy.env", true);
    lock_end(&second);
}

/* A lock on a file that is gone keeps nobody out. */
static void test_removed_meanwhile(void **state)
{
    const struct scratch *scratch = *state;
    mount_run(scratch);
    struct lock lock;
    removed_meanwhile = &scratch->tree;
    check_number("the file is gone", take(&scratch->tree, 0, &lock), -EBUSY);
    check_that("it was removed", !removed_meanwhile);
    removed_meanwhile = &scratch->tree;
    check_number("the next try", take(&scratch->tree, LOCK_WAIT_MS, &lock), 0);
    check_there(scratch, LOCK_FILE, true);
    check_held("the next try's", &scratch->tree);
    lock_end(&lock);
}

/* In the tree of an image the file goes with the lock, and nothing tells that it was there. */
static void test_image(void **state)
{
    const struct scratch *scratch = *state;
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

static void test_image_file(void **state)
{
    const struct scratch *scratch = *state;
    struct stat before, after;
    struct lock lock;
    const struct timespec old[2] = { { .tv_sec = 1000 }, { .tv_sec = 2000 } };
    check_number("utimensat", utimensat(AT_FDCWD, scratch->path, old, 0), 0);
    check_number("before", stat(scratch->path, &before), 0);
    check_number("take", take(&scratch->tree, 0, &lock), 0);
    check_number("stat", stat(scratch_path(scratch, LOCK_FILE_IMAGE), &after), 0);
    check_number("only root opens it", after.st_mode & 07777, 0600);
    lock_end(&lock);
    check_there(scratch, LOCK_FILE_IMAGE, false);
    check_number("after", stat(scratch->path, &after), 0);
    check_number("the time", after.st_mtim.tv_sec, before.st_mtim.tv_sec);
    /* What else was done to the directory is seen. */
    check_number("take", take(&scratch->tree, 0, &lock), 0);
    do
        check_number("mkdir", mkdir(scratch_path(scratch, "/new"), 0755), 0);
    while (stat(scratch->path, &after) == 0 && after.st_mtim.tv_nsec == lock.made.tv_nsec &&
           rmdir(scratch_path(scratch, "/new")) == 0);
    lock_end(&lock);
    check_number("after", stat(scratch->path, &after), 0);
    check_that("another time", after.st_mtim.tv_sec != before.st_mtim.tv_sec);
    /* What an interrupted run has left is used, and goes. */
    scratch_write(scratch, LOCK_FILE_IMAGE, "");
    check_number("chmod", chmod(scratch_path(scratch, LOCK_FILE_IMAGE), 0600), 0);
    check_lock("stale", &scratch->tree);
    check_there(scratch, LOCK_FILE_IMAGE, false);
}

/* What any user can open and hold is not the lock. */
static void test_held_by_others(void **state)
{
    const struct scratch *scratch = *state;
    struct error err = { 0 };
    struct lock lock;
    char expected[512];
    int root = open(scratch->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    check_number("the root directory is held", __real_flock(root, LOCK_EX | LOCK_NB), 0);
    check_lock("nevertheless", &scratch->tree);
    (void) close(root);
    scratch_write(scratch, LOCK_FILE_IMAGE, "");
    check_number("chmod", chmod(scratch_path(scratch, LOCK_FILE_IMAGE), 0644), 0);
    (void) snprintf(expected, sizeof(expected),
        "%s" LOCK_FILE_IMAGE ": was not made by ec2-bootstrap: move it away", scratch->tree.path);
    check_number("all can open it", lock_take(&scratch->tree, 0, &lock, &err), -EEXIST);
    check_text("all can open it", err.text, expected);
}

/* What root gets who has no capability, as in the unit; in a process of its own. */
static int take_without_capabilities(const struct tree *tree)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct none[2] = { { 0 } };
    struct lock lock = { .fd = -1 };
    /* It is killed: what it has of this process it cannot give back. */
    int *result =
        mmap(NULL, sizeof(*result), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (result == MAP_FAILED)
        return -errno;
    *result = -ECHILD;
    int child = fork();
    if (child == 0) {
        *result = syscall(SYS_capset, &header, none) < 0 ? -errno : take(tree, 0, &lock);
        (void) raise(SIGKILL);
    }
    (void) waitpid(child, NULL, 0);
    int r = *result;
    (void) munmap(result, sizeof(*result));
    return r;
}

/* The tree can be read only, and its root directory is held by somebody. */
static int lock_read_only(const struct scratch *scratch, int *ret_without)
{
    const char *path = scratch->path;
    struct tree tree = { .fd = -1 };
    struct lock lock = { .fd = -1 };
    int r = mount("none", path, "none", MS_REMOUNT | MS_BIND | MS_RDONLY, NULL);
    if (r == 0)
        r = tree_open(path, &tree, NULL);
    int root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int held = __real_flock(root, LOCK_EX | LOCK_NB);
    int first = r < 0 || held < 0 ? -EINVAL : take_without_capabilities(&tree);
    if (first == 0)
        first = take(&tree, 0, &lock);
    *ret_without = take_without_capabilities(&tree);
    lock_end(&lock);
    tree_close(&tree);
    (void) close(root);
    return first;
}

/* Where no file can be made, it is one that is there, that only root can open, and that root can
 * also in the unit. */
static void test_read_only(void **state)
{
    static const struct {
        const char *row, *paths[2];
        mode_t modes[2];
    } rows[] = {
        { "Debian", { "/etc/shadow", NULL }, { 0640, 0 } },
        { "Fedora", { "/etc/shadow", "/etc/sudoers" }, { 0, 0440 } },
        { "without sudo", { "/etc/shadow", "/etc/.pwd.lock" }, { 0, 0600 } },
    };
    const struct scratch *scratch = *state;
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        int without = 0;
        for (size_t j = 0; j < 2 && rows[i].paths[j]; j++) {
            scratch_write(scratch, rows[i].paths[j], "");
            check_number(
                rows[i].row, chmod(scratch_path(scratch, rows[i].paths[j]), rows[i].modes[j]), 0);
        }
        if (mount(scratch->path, scratch->path, "none", MS_BIND, NULL) < 0)
            skip();
        int r = lock_read_only(scratch, &without);
        (void) umount2(scratch->path, MNT_DETACH);
        for (size_t j = 0; j < 2 && rows[i].paths[j]; j++)
            check_number("unlink", unlink(scratch_path(scratch, rows[i].paths[j])), 0);
        check_number(rows[i].row, r, 0);
        check_number(rows[i].row, without, -EBUSY);
    }
}

static void test_wait(void **state)
{
    const struct scratch *scratch = *state;
    struct error err = { 0 };
    char expected[512];
    (void) snprintf(expected, sizeof(expected),
        "%s/: another ec2-bootstrap has been writing there for 1 s: wait for its end, or see what "
        "it "
        "waits for",
        scratch->tree.path);
    struct lock lock, second;
    check_number("first", take(&scratch->tree, 0, &lock), 0);
    uint64_t started_ms = clock_now_ms();
    check_number("held", lock_take(&scratch->tree, 1000, &second, &err), -EBUSY);
    check_that("held", clock_now_ms() - started_ms >= 1000);
    check_number("held", err.status, EX_IOERR);
    check_text("held", err.text, expected);
    lock_end(&lock);
}

/* A full /run keeps nobody from writing elsewhere. */
static void test_full(void **state)
{
    const struct scratch *scratch = *state;
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
    mount_run(scratch);
    struct error err = { 0 };
    char expected[512];
    (void) snprintf(
        expected, sizeof(expected), "%s" LOCK_FILE ": Not a directory", scratch->tree.path);
    scratch_write(scratch, PATH_RUN, "");
    struct lock lock;
    check_number("a file", lock_take(&scratch->tree, LOCK_WAIT_MS, &lock, &err), -ENOTDIR);
    check_text("a file", err.text, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_machine, scratch_setup, unmount_run),
        cmocka_unit_test_setup_teardown(test_remove, scratch_setup, unmount_run),
        cmocka_unit_test_setup_teardown(test_removed_meanwhile, scratch_setup, unmount_run),
        scratch_test(test_image),
        scratch_test(test_image_file),
        scratch_test(test_held_by_others),
        scratch_test(test_read_only),
        scratch_test(test_wait),
        cmocka_unit_test_setup_teardown(test_full, scratch_setup, unmount_run),
        cmocka_unit_test_setup_teardown(test_in_the_way, scratch_setup, unmount_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
