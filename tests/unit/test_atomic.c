/* SPDX-License-Identifier: MIT */
/* agent/files/atomic.c: a file is whole, old or new, and keeps what others gave it. */

#include "files/atomic.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/xattr.h>

#include "files/leftover.h"
#include "scratch.h"

#define FILE_PATH "/etc/environment"
#define TEMPORARY "/etc/.environment.ec2-bootstrap"

static int put(const struct scratch *scratch, const char *path, const char *text, mode_t mode)
{
    _cleanup_buffer_ struct buffer content = { 0 };
    check_number(path, buffer_append_text(&content, text), 0);
    return atomic_write(&scratch->tree, path, &content, mode, NULL);
}

static void sweep(const struct scratch *scratch, const char *path)
{
    _cleanup_strings_ struct strings told = { 0 };
    check_number(path, leftover_sweep(&scratch->tree, path, &told), 0);
    check_number("lines about it", told.count, 0);
}

static struct stat status_of(const struct scratch *scratch, const char *path)
{
    struct stat status;
    check_number(path, lstat(scratch_path(scratch, path), &status), 0);
    return status;
}

static void test_create(void **state)
{
    const struct scratch *scratch = *state;
    static const mode_t modes[] = { 0644, 0600, 0440, 0755 };
    mode_t before = umask(077);
    for (size_t i = 0; i < ELEMENTSOF(modes); i++) {
        char path[64];
        (void) snprintf(path, sizeof(path), "/a/b/file%zu", i);
        check_number(path, put(scratch, path, "x\n", modes[i]), 0);
        check_number(
            "the umask does not count", status_of(scratch, path).st_mode, S_IFREG | modes[i]);
        if (i == 0)
            scratch_check(scratch, path, "x\n");
    }
    (void) umask(before);
    _cleanup_strings_ struct strings names = { 0 };
    check_number("list", tree_list(&scratch->tree, "/a/b", "", &names), 0);
    check_number("nothing else", names.count, ELEMENTSOF(modes));
    scratch_check(scratch, "/a/b/.file0.ec2-bootstrap", NULL);
}

static void test_replace(void **state)
{
    const struct scratch *scratch = *state;
    scratch_write(scratch, FILE_PATH, "old and longer\n");
    static const mode_t modes[] = { 0600, 0664, 0444, 04750 };
    for (size_t i = 0; i < ELEMENTSOF(modes); i++) {
        check_number("chmod", chmod(scratch_path(scratch, FILE_PATH), modes[i]), 0);
        ino_t inode = status_of(scratch, FILE_PATH).st_ino;
        _cleanup_close_ int held = open(scratch_path(scratch, FILE_PATH), O_RDONLY | O_CLOEXEC);
        check_number("write", put(scratch, FILE_PATH, "new\n", 0644), 0);
        struct stat status = status_of(scratch, FILE_PATH);
        check_number("the mode is kept", status.st_mode, S_IFREG | modes[i]);
        check_that("another file", status.st_ino != inode);
        scratch_check(scratch, TEMPORARY, NULL);
        (void) held; /* keeps the old inode's number from being used again */
    }
    check_number("chmod", chmod(scratch_path(scratch, FILE_PATH), 0644), 0);
    scratch_check(scratch, FILE_PATH, "new\n");
    check_number("empty", put(scratch, FILE_PATH, "", 0644), 0);
    scratch_check(scratch, FILE_PATH, "");
}

static void test_bytes(void **state)
{
    const struct scratch *scratch = *state;
    static char bytes[60000];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (char) (i * 7);
    _cleanup_buffer_ struct buffer content = { 0 }, read = { 0 };
    check_number("append", buffer_append(&content, bytes, sizeof(bytes)), 0);
    check_number("write", atomic_write(&scratch->tree, "/f", &content, 0644, NULL), 0);
    check_number("read", tree_read(&scratch->tree, "/f", sizeof(bytes), &read, NULL), 0);
    check_bytes("all of them", read.data, read.size, bytes, sizeof(bytes));
}

static void test_owner(void **state)
{
    const struct scratch *scratch = *state;
    scratch_write(scratch, FILE_PATH, "old");
    if (chown(scratch_path(scratch, FILE_PATH), 1234, 4321) < 0)
        skip(); /* only root can give files away, and only to users that there are */
    check_number("chmod", chmod(scratch_path(scratch, FILE_PATH), 06711), 0);
    check_number("write", put(scratch, FILE_PATH, "new", 0644), 0);
    struct stat status = status_of(scratch, FILE_PATH);
    check_number("user", status.st_uid, 1234);
    check_number("group", status.st_gid, 4321);
    check_number("the mode too, which chown(2) cuts", status.st_mode, S_IFREG | 06711);
}

static void check_attribute(
    const struct scratch *scratch, const char *name, const void *value, size_t size)
{
    char got[256];
    ssize_t length = getxattr(scratch_path(scratch, FILE_PATH), name, got, sizeof(got));
    check_that(name, length >= 0);
    check_bytes(name, got, (size_t) length, value, size);
}

/* rw-, user:r--, group:r--, mask:r--, other:---; the layout is that of linux/posix_acl_xattr.h. */
struct acl {
    uint32_t version;
    struct {
        uint16_t tag, permissions;
        uint32_t id;
    } entries[5];
};

static void test_attributes(void **state)
{
    const struct scratch *scratch = *state;
    const struct acl acl = { 2,
        { { 0x01, 6, UINT32_MAX }, { 0x02, 4, getuid() }, { 0x04, 4, UINT32_MAX },
            { 0x10, 4, UINT32_MAX }, { 0x20, 0, UINT32_MAX } } };
    const struct {
        const char *name;
        const void *value;
        size_t size;
    } rows[] = {
        { "user.text", "value", 5 },
        { "user.empty", "", 0 },
        { "user.bytes", "a\0b", 3 },
        { "system.posix_acl_access", &acl, sizeof(acl) },
    };
    scratch_write(scratch, FILE_PATH, "old");
    const char *path = scratch_path(scratch, FILE_PATH);
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        if (setxattr(path, rows[i].name, rows[i].value, rows[i].size, 0) < 0) {
            check_number(rows[i].name, errno, ENOTSUP);
            skip(); /* this file system has none */
        }
    check_number("write", put(scratch, FILE_PATH, "new", 0600), 0);
    scratch_check(scratch, FILE_PATH, "new");
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_attribute(scratch, rows[i].name, rows[i].value, rows[i].size);
    check_number("mode", status_of(scratch, FILE_PATH).st_mode, S_IFREG | 0640);
}

static void test_links(void **state)
{
    const struct scratch *scratch = *state;
    static const struct {
        const char *link, *target, *real;
    } rows[] = {
        { "/etc/relative", "../data/one", "/data/one" },
        { "/etc/absolute", "/data/two", "/data/two" },
        { "/etc/up", "../../../../data/three", "/data/three" },
        { "/etc/chain", "relative", "/data/one" },
        { "/etc/dangling", "/data/five", "/data/five" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        scratch_link(scratch, rows[i].link, rows[i].target);
        if (i < 3)
            scratch_write(scratch, rows[i].real, "old");
        check_number(rows[i].link, put(scratch, rows[i].link, rows[i].link, 0644), 0);
        scratch_check(scratch, rows[i].real, rows[i].link);
        char target[64] = "";
        check_that("still a link",
            readlink(scratch_path(scratch, rows[i].link), target, sizeof(target) - 1) > 0);
        check_text(rows[i].link, target, rows[i].target);
    }
    scratch_link(scratch, "/etc/nowhere", "/no/such/folder/file");
    check_number("nowhere", put(scratch, "/etc/nowhere", "x", 0644), -ENOENT);
    struct stat status;
    check_number("nowhere", lstat(scratch_path(scratch, "/no"), &status), -1);
}

static void test_stale_temporary(void **state)
{
    const struct scratch *scratch = *state;
    scratch_write(scratch, FILE_PATH, "old");
    scratch_write(scratch, "/victim", "untouched");
    scratch_write(scratch, TEMPORARY, "half writ");
    check_number("chmod", chmod(scratch_path(scratch, TEMPORARY), 0), 0);
    check_number("over a file", put(scratch, FILE_PATH, "new", 0644), 0);
    scratch_check(scratch, FILE_PATH, "new");
    scratch_check(scratch, TEMPORARY, NULL);

    scratch_link(scratch, TEMPORARY, "../victim");
    check_number("over a link", put(scratch, FILE_PATH, "newer", 0644), 0);
    scratch_check(scratch, FILE_PATH, "newer");
    scratch_check(scratch, "/victim", "untouched");
    struct stat status;
    check_number("gone", lstat(scratch_path(scratch, TEMPORARY), &status), -1);

    scratch_write(scratch, TEMPORARY, "half writ");
    sweep(scratch, FILE_PATH);
    sweep(scratch, "/no/such/file");
    scratch_check(scratch, TEMPORARY, NULL);
    scratch_check(scratch, FILE_PATH, "newer");
}

/* What cannot be replaced stays as it is, and nothing is left beside it. */
static void test_refused(void **state)
{
    const struct scratch *scratch = *state;
    scratch_write(scratch, "/etc/folder/file", "x");
    scratch_write(scratch, "/etc/file", "x");
    scratch_link(scratch, "/etc/loop", "loop");
    scratch_link(scratch, "/etc/dots", "..");
    check_number("fifo", mkfifo(scratch_path(scratch, "/etc/fifo"), 0644), 0);
    char name[300] = "/etc/";
    memset(name + 5, 'n', 250);
    const struct {
        const char *path;
        int result; /* 1: any error */
    } rows[] = {
        { "/etc/folder", -EISDIR },
        { "/etc/fifo", -EINVAL },
        { "/etc/file/x", -ENOTDIR },
        { "/etc/loop", -ELOOP },
        { "/etc/dots", 1 },
        { "/etc/", 1 },
        { name, -ENAMETOOLONG },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        int r = put(scratch, rows[i].path, "new", 0644);
        check_that(rows[i].path, r < 0);
        if (rows[i].result < 0)
            check_number(rows[i].path, r, rows[i].result);
    }
    check_that("fifo", S_ISFIFO(status_of(scratch, "/etc/fifo").st_mode));
    check_that("directory", S_ISDIR(status_of(scratch, "/etc/folder").st_mode));
    scratch_check(scratch, "/etc/file", "x");
    scratch_check(scratch, "/etc/.folder.ec2-bootstrap", NULL);
    scratch_check(scratch, "/etc/.fifo.ec2-bootstrap", NULL);
    scratch_check(scratch, "/etc/...ec2-bootstrap", NULL);
}

/* A limit of the process stands for a full disk. */
static void test_no_space(void **state)
{
    const struct scratch *scratch = *state;
    scratch_write(scratch, FILE_PATH, "old");
    static char text[20001];
    memset(text, 'x', sizeof(text) - 1);
    struct rlimit before;
    check_number("limit", getrlimit(RLIMIT_FSIZE, &before), 0);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = { 10000, before.rlim_max };
    check_number("limit", setrlimit(RLIMIT_FSIZE, &limit), 0);
    int r = put(scratch, FILE_PATH, text, 0644);
    check_number("limit", setrlimit(RLIMIT_FSIZE, &before), 0);
    (void) signal(SIGXFSZ, handler);
    check_number("write", r, -EFBIG);
    scratch_check(scratch, FILE_PATH, "old");
    scratch_check(scratch, TEMPORARY, NULL);
}

static void test_unwritable(void **state)
{
    const struct scratch *scratch = *state;
    scratch_write(scratch, FILE_PATH, "old");
    check_number("chmod", chmod(scratch_path(scratch, "/etc"), 0555), 0);
    bool privileged = access(scratch_path(scratch, "/etc"), W_OK) == 0;
    int write = privileged ? -EACCES : put(scratch, FILE_PATH, "new", 0644);
    int gone = privileged ? -EACCES : atomic_remove(&scratch->tree, FILE_PATH, NULL);
    check_number("chmod", chmod(scratch_path(scratch, "/etc"), 0755), 0);
    if (privileged)
        skip(); /* modes do not stop root */
    check_number("write", write, -EACCES);
    check_number("remove", gone, -EACCES);
    scratch_check(scratch, FILE_PATH, "old");
}

static void test_remove(void **state)
{
    const struct scratch *scratch = *state;
    scratch_write(scratch, FILE_PATH, "old");
    scratch_write(scratch, TEMPORARY, "stale");
    check_number("a file", atomic_remove(&scratch->tree, FILE_PATH, NULL), 0);
    scratch_check(scratch, FILE_PATH, NULL);
    scratch_check(scratch, TEMPORARY, NULL);
    check_number("none", atomic_remove(&scratch->tree, FILE_PATH, NULL), 0);
    check_number("no directory", atomic_remove(&scratch->tree, "/no/such/file", NULL), 0);

    scratch_write(scratch, "/data", "old");
    scratch_link(scratch, FILE_PATH, "/data");
    check_number("a link", atomic_remove(&scratch->tree, FILE_PATH, NULL), 0);
    scratch_check(scratch, "/data", NULL);
    check_that("it stays", S_ISLNK(status_of(scratch, FILE_PATH).st_mode));
    check_number("it leads nowhere", atomic_remove(&scratch->tree, FILE_PATH, NULL), 0);

    scratch_write(scratch, "/folder/file", "x");
    check_that("a directory", atomic_remove(&scratch->tree, "/folder", NULL) < 0);
    scratch_check(scratch, "/folder/file", "x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(test_create),
        scratch_test(test_replace),
        scratch_test(test_bytes),
        scratch_test(test_owner),
        scratch_test(test_attributes),
        scratch_test(test_links),
        scratch_test(test_stale_temporary),
        scratch_test(test_refused),
        scratch_test(test_no_space),
        scratch_test(test_unwritable),
        scratch_test(test_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
