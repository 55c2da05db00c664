/* SPDX-License-Identifier: MIT */
/* agent/files/atomic.c: who can read and write a file is who could before, and in the directory of
 * another user nothing is done that he could not do himself. */

#include "files/atomic.h"

#include <sys/xattr.h>

#include "files/leftover.h"
#include "scratch.h"

enum { HIS = 1001, GROUP = 50 };

#define ACCESS_ACL  "system.posix_acl_access"
#define DEFAULT_ACL "system.posix_acl_default"

static int put(const struct scratch *scratch, const char *path, const struct stat *seen)
{
    _cleanup_buffer_ struct buffer content = { 0 };
    check_number(path, buffer_append_text(&content, "new"), 0);
    return atomic_write(&scratch->tree, path, &content, 0644, seen);
}

static struct stat status_of(const struct scratch *scratch, const char *path)
{
    struct stat status = { 0 };
    (void) lstat(scratch_path(scratch, path), &status);
    return status;
}

static void check_status(const struct scratch *scratch, const char *path, const char *expected)
{
    char got[64];
    struct stat status = status_of(scratch, path);
    (void) snprintf(got, sizeof(got), "%u:%u %o", (unsigned int) status.st_uid,
        (unsigned int) status.st_gid, status.st_mode & 07777);
    check_text(path, got, expected);
}

static void give(const struct scratch *scratch, const char *path, uid_t uid, gid_t gid, mode_t mode)
{
    if (chown(scratch_path(scratch, path), uid, gid) < 0)
        skip(); /* not permitted */
    check_number(path, chmod(scratch_path(scratch, path), mode), 0);
}

static void make_his(const struct scratch *scratch)
{
    if (geteuid() != 0)
        skip();
    scratch_make_parents(scratch, "/his/file");
    give(scratch, "/his", HIS, HIS, 0755);
}

static void test_his_directory(void **state)
{
    const struct scratch *scratch = *state;
    static const struct {
        const char *row;
        uid_t uid; /* of what stood there */
        gid_t gid;
        mode_t mode; /* 0: nothing stood there */
        const char *then;
    } rows[] = {
        { "new", 0, 0, 0, "1001:1001 644" },
        { "his", HIS, HIS, 0640, "1001:1001 640" },
        { "another group", HIS, GROUP, 0640, "1001:50 640" },
        { "root's, for all to read", 0, 0, 0644, "1001:1001 644" },
        { "root's, with a privilege", 0, 0, 04755, "1001:1001 755" },
    };
    make_his(scratch);
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        (void) unlink(scratch_path(scratch, "/his/file"));
        if (rows[i].mode != 0) {
            scratch_write(scratch, "/his/file", "old");
            give(scratch, "/his/file", rows[i].uid, rows[i].gid, rows[i].mode);
        }
        const struct stat seen = status_of(scratch, "/his/file");
        check_number(rows[i].row, put(scratch, "/his/file", &seen), 0);
        check_status(scratch, "/his/file", rows[i].then);
        scratch_check(scratch, "/his/file", "new");
    }
    check_number("the process is root's again", geteuid(), 0);
    check_number("remove", atomic_remove(&scratch->tree, "/his/file", NULL), 0);
    scratch_check(scratch, "/his/file", NULL);
}

/* As he has it: what he may not do, root does not do for him. */
static void test_his_rights(void **state)
{
    const struct scratch *scratch = *state;
    make_his(scratch);
    scratch_write(scratch, "/his/file", "old");
    give(scratch, "/his/file", HIS, HIS, 0644);
    give(scratch, "/his", HIS, HIS, 0555);
    check_number("write", put(scratch, "/his/file", NULL), -EACCES);
    const struct stat seen = status_of(scratch, "/his/file");
    check_number("remove", atomic_remove(&scratch->tree, "/his/file", &seen), -EACCES);
    scratch_check(scratch, "/his/file", "old");
}

/* He swaps the file after it was read: root's bytes do not get his owner. */
static void test_swapped(void **state)
{
    const struct scratch *scratch = *state;
    static const char *const targets[] = { "own", "../etc/secret", "../etc/nologin" };
    make_his(scratch);
    scratch_write(scratch, "/etc/secret", "secret");
    scratch_write(scratch, "/his/own", "his");
    give(scratch, "/his/own", HIS, HIS, 0666);
    const struct stat secret = status_of(scratch, "/etc/secret");
    check_number("a file for the one that was read", put(scratch, "/his/own", &secret), -ESTALE);
    scratch_check(scratch, "/his/own", "his");
    for (size_t i = 0; i < ELEMENTSOF(targets); i++) {
        scratch_link(scratch, "/his/file", targets[i]);
        check_number("chown", lchown(scratch_path(scratch, "/his/file"), HIS, HIS), 0);
        int r = put(scratch, "/his/file", &secret);
        check_number(targets[i], r, i == 0 ? -ESTALE : -ENOLINK);
        r = atomic_remove(&scratch->tree, "/his/file", &secret);
        check_number(targets[i], r, i == 0 ? -ESTALE : -ENOLINK);
        check_number("unlink", unlink(scratch_path(scratch, "/his/file")), 0);
    }
    scratch_check(scratch, "/etc/secret", "secret");
    scratch_check(scratch, "/etc/nologin", NULL);
    check_status(scratch, "/etc/secret", "0:0 644");
}

/* acl(5) as the kernel has it: user::rw-, user:1001:rw-, group::r--, mask::rw-, other::---. */
static void set_default_acl(const struct scratch *scratch, const char *path)
{
    const struct {
        uint32_t version;
        struct {
            uint16_t tag, permissions;
            uint32_t id;
        } entries[5];
    } acl = { 2, { { 0x01, 6, 0xffffffff }, { 0x02, 6, HIS }, { 0x04, 4, 0xffffffff },
                     { 0x10, 6, 0xffffffff }, { 0x20, 0, 0xffffffff } } };
    if (setxattr(scratch_path(scratch, path), DEFAULT_ACL, &acl, sizeof(acl), 0) < 0)
        skip(); /* this file system has none */
}

static void check_no_acl(const struct scratch *scratch, const char *path)
{
    char value[256];
    ssize_t size = getxattr(scratch_path(scratch, path), ACCESS_ACL, value, sizeof(value));
    check_number(path, size < 0 ? errno : 0, ENODATA);
}

static void test_default_acl(void **state)
{
    const struct scratch *scratch = *state;
    if (geteuid() != 0)
        skip();
    scratch_write(scratch, "/etc/old", "old");
    check_number("chmod", chmod(scratch_path(scratch, "/etc/old"), 0640), 0);
    set_default_acl(scratch, "/etc");
    check_number("old", put(scratch, "/etc/old", NULL), 0);
    check_no_acl(scratch, "/etc/old");
    check_status(scratch, "/etc/old", "0:0 640");
    check_number("new", put(scratch, "/etc/new", NULL), 0);
    check_no_acl(scratch, "/etc/new");
    check_status(scratch, "/etc/new", "0:0 644");
    /* One with an ACL of its own keeps that. */
    scratch_write(scratch, "/etc/with-acl", "old");
    char before[256], after[256];
    const char *path = scratch_path(scratch, "/etc/with-acl");
    ssize_t size = getxattr(path, ACCESS_ACL, before, sizeof(before));
    check_that("it has one", size > 0);
    check_number("with ACL", put(scratch, "/etc/with-acl", NULL), 0);
    check_number("as long", getxattr(path, ACCESS_ACL, after, sizeof(after)), size);
    check_bytes("the same", after, (size_t) size, before, (size_t) size);
}

/* Something else has the name of the temporary file: it stays, and keeps nobody from writing. */
static void test_name_in_use(void **state)
{
    const struct scratch *scratch = *state;
    struct stat seen;
    _cleanup_strings_ struct strings told = { 0 };
    scratch_write(scratch, "/etc/.file.ec2-bootstrap/content", "theirs");
    scratch_write(scratch, "/etc/.file.ec2-bootstrap.1", "stale");
    check_number("new", put(scratch, "/etc/file", &(const struct stat){ 0 }), 0);
    seen = status_of(scratch, "/etc/file");
    check_number("old", put(scratch, "/etc/file", &seen), 0);
    scratch_check(scratch, "/etc/file", "new");
    scratch_check(scratch, "/etc/.file.ec2-bootstrap.1", NULL);
    scratch_write(scratch, "/etc/.file.ec2-bootstrap.1", "stale");
    check_number("sweep", leftover_sweep(&scratch->tree, "/etc/file", &told), 0);
    check_number("lines about it", told.count, 0);
    scratch_check(scratch, "/etc/.file.ec2-bootstrap.1", NULL);
    seen = status_of(scratch, "/etc/file");
    check_number("remove", atomic_remove(&scratch->tree, "/etc/file", &seen), 0);
    scratch_check(scratch, "/etc/file", NULL);
    scratch_check(scratch, "/etc/.file.ec2-bootstrap/content", "theirs");
    for (int i = 1; i < 10; i++) {
        char path[64];
        (void) snprintf(path, sizeof(path), "/etc/.file.ec2-bootstrap.%d/content", i);
        scratch_write(scratch, path, "theirs");
    }
    check_number("all of them", put(scratch, "/etc/file", NULL), -EEXIST);
    scratch_write(scratch, "/etc/file", "old");
    seen = status_of(scratch, "/etc/file");
    check_number("removal needs none", atomic_remove(&scratch->tree, "/etc/file", &seen), 0);
    scratch_check(scratch, "/etc/file", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(test_his_directory),
        scratch_test(test_his_rights),
        scratch_test(test_swapped),
        scratch_test(test_default_acl),
        scratch_test(test_name_in_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
