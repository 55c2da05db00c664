/* SPDX-License-Identifier: MIT */
/* agent/files/served.c and what agent/files/chase.c makes of it: a file system that says its files
 * are root's. */

#include "files/served.h"

#include <sys/mount.h>
#include <sys/sysmacros.h>

#include "files/chase.h"
#include "scratch.h"

enum { HIS = 1001, NOBODY = 65534 };

static uid_t server; /* of each file system that is mounted; 0: root */

bool __real_served_by_user(int fd, dev_t device, uid_t *ret);
bool __wrap_served_by_user(int fd, dev_t device, uid_t *ret);

bool __wrap_served_by_user(int fd, dev_t device, uid_t *ret)
{
    (void) fd;
    (void) device;
    *ret = server;
    return true;
}

#define LINE(device, source, options)                                                              \
    "36 35 " device " / /mnt rw,nosuid,nodev shared:1 - fuse.x " source " rw," options "\n"

static void test_mountinfo(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        bool found;
        uid_t user;
    } rows[] = {
        { LINE("0:52", "x", "user_id=1001,group_id=1001,allow_other"), true, 1001 },
        { LINE("0:51", "x", "user_id=1") LINE("0:52", "x", "user_id=0,group_id=0"), true, 0 },
        { LINE("0:52", "user_id=0", "user_id=1001"), true, 1001 },
        { LINE("0:52", "x", "group_id=7,user_id=1002"), true, 1002 },
        { LINE("0:52", "x", "relatime"), false, 0 },
        { LINE("0:521", "x", "user_id=0"), false, 0 },
        { "nonsense\n", false, 0 },
        { "", false, 0 },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        uid_t user = 0;
        check_number(
            rows[i].text, served_find_user(rows[i].text, makedev(0, 52), &user), rows[i].found);
        check_number(rows[i].text, user, rows[i].user);
    }
}

/* A real one; that nobody answers for it does not matter. */
static void test_kernel(void **state)
{
    const struct scratch *scratch = *state;
    char options[128];
    struct stat status;
    uid_t kernel = 0, user = 0, unknown = 0;
    check_number("mkdir", tree_make_directory(&scratch->tree, "/mnt"), 0);
    const char *path = scratch_path(scratch, "/mnt");
    _cleanup_close_ int device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    (void) snprintf(
        options, sizeof(options), "fd=%d,rootmode=40000,user_id=%d,group_id=%d", device, HIS, HIS);
    if (device < 0 || mount("user_id=0", path, "fuse.x", 0, options) < 0)
        skip(); /* not permitted */
    _cleanup_close_ int fd = open(path, O_PATH | O_CLOEXEC);
    struct statx status_x;
    int r = statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, 0, &status_x);
    bool is_served =
        __real_served_by_user(fd, makedev(status_x.stx_dev_major, status_x.stx_dev_minor), &user);
    bool is_unknown_served = __real_served_by_user(fd, makedev(0, 0), &unknown);
    (void) umount2(path, MNT_DETACH);
    check_number("statx", r, 0);
    check_that("it is served by a user", is_served);
    check_number("the user", user, HIS);
    check_that("one that is not in the list, too", is_unknown_served);
    check_number("by nobody who is trusted", unknown, NOBODY);
    check_number("stat", fstat(scratch->tree.fd, &status), 0);
    check_that("no other is", !__real_served_by_user(scratch->tree.fd, status.st_dev, &kernel));
}

static int chase_it(const struct scratch *scratch, const char *path, uid_t *ret_user)
{
    _cleanup_chase_end_ struct chase_end end;
    int r = chase(&scratch->tree, path, 0, &end);
    *ret_user = end.directory_status.st_uid;
    return r;
}

/* He has mounted it where all can make directories, and it says that all of it is root's. */
static void test_chase(void **state)
{
    static const struct {
        const char *path;
        uid_t server;
        int expected;
        uid_t user; /* whose the directory at the end is */
    } rows[] = {
        { "/tmp/mnt/file", HIS, 0, HIS },
        { "/tmp/mnt/sub/file", HIS, 0, HIS },
        { "/tmp/mnt/none", HIS, 0, HIS },
        { "/tmp/mnt/to-secret", HIS, -ENOLINK, 0 },
        { "/tmp/mnt/to-etc/secret", HIS, -ENOLINK, 0 },
        { "/tmp/mnt/../../etc/secret", HIS, 0, 0 },
        { "/tmp/mnt/to-secret", NOBODY, -ENOLINK, 0 },
        { "/tmp/mnt/to-secret", 0, 0, 0 },
        { "/tmp/mnt/file", 0, 0, 0 },
    };
    const struct scratch *scratch = *state;
    scratch_write(scratch, "/etc/secret", "secret");
    check_number("mkdir", tree_make_directory(&scratch->tree, "/tmp/mnt"), 0);
    check_number("chmod", chmod(scratch_path(scratch, "/tmp"), 01777), 0);
    if (mount("none", scratch_path(scratch, "/tmp/mnt"), "tmpfs", 0, "mode=755") < 0)
        skip(); /* not permitted */
    scratch_write(scratch, "/tmp/mnt/file", "his");
    scratch_write(scratch, "/tmp/mnt/sub/file", "his");
    scratch_link(scratch, "/tmp/mnt/to-secret", "/etc/secret");
    scratch_link(scratch, "/tmp/mnt/to-etc", "../../etc");
    int results[ELEMENTSOF(rows)];
    uid_t users[ELEMENTSOF(rows)];
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        server = rows[i].server;
        results[i] = chase_it(scratch, rows[i].path, &users[i]);
    }
    (void) umount2(scratch_path(scratch, "/tmp/mnt"), MNT_DETACH);
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        check_number(rows[i].path, results[i], rows[i].expected);
        if (rows[i].expected == 0)
            check_number(rows[i].path, users[i], rows[i].user);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mountinfo),
        scratch_test(test_kernel),
        scratch_test(test_chase),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
