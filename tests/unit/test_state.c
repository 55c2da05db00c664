/* SPDX-License-Identifier: MIT */
/* agent/outputs/state.c: the backups, and the directories that were made. */

#include "outputs/state.h"

#include <sys/mount.h>

#include "scratch.h"

#define BACKUP      "/var/lib/ec2-bootstrap/etc-a-b.kept"
#define DIRECTORIES "/var/lib/ec2-bootstrap/folders"

static void check_directory(const struct scratch *scratch, const char *path, bool expected)
{
    struct stat status;
    check_number(path, stat(scratch_path(scratch, path), &status) == 0, expected);
}

static void make_directory(const struct scratch *scratch, const char *path)
{
    check_number(path, tree_make_directory(&scratch->tree, path), 0);
}

static void test_content(void **state)
{
    const struct scratch *scratch = *state;
    _cleanup_content_ struct content none = { 0 }, theirs = { .exists = true }, back = { 0 },
                                     gone = { 0 };
    check_number("nothing", state_read_backup(&scratch->tree, "/etc/a/b", &none), 0);
    check_that("nothing", !none.exists);
    check_number("append", buffer_append(&theirs.bytes, "a\0b", 3), 0);
    check_number("write", state_write_backup(&scratch->tree, "/etc/a/b", &theirs), 0);
    struct stat status;
    check_number("stat", stat(scratch_path(scratch, BACKUP), &status), 0);
    check_number("only root reads it", status.st_mode & 07777, 0600);
    check_number("read", state_read_backup(&scratch->tree, "/etc/a/b", &back), 0);
    check_bytes("read", back.bytes.data, back.bytes.size, "a\0b", 3);
    check_number("tidy", state_cleanup(&scratch->tree), 0);
    check_directory(scratch, BACKUP, true);

    check_number("forget", state_write_backup(&scratch->tree, "/etc/a/b", &none), 0);
    check_number("read", state_read_backup(&scratch->tree, "/etc/a/b", &gone), 0);
    check_that("gone", !gone.exists);
    check_number("tidy", state_cleanup(&scratch->tree), 0);
    check_directory(scratch, "/var", false);
}

/* Only directories that were missing go, and only when they are empty. */
static void test_directories(void **state)
{
    const struct scratch *scratch = *state;
    make_directory(scratch, "/etc/x");
    make_directory(scratch, "/var/lib");
    check_number("nothing missing", state_note_directories(&scratch->tree, "/etc/x/file"), 0);
    scratch_check(scratch, DIRECTORIES, NULL);
    check_number("two missing", state_note_directories(&scratch->tree, "/etc/x/a/b/file"), 0);
    make_directory(scratch, "/etc/x/a/b");
    check_number("one more", state_note_directories(&scratch->tree, "/etc/c/file"), 0);
    check_number("again", state_note_directories(&scratch->tree, "/etc/c/file"), 0);
    make_directory(scratch, "/etc/c");
    scratch_check(scratch, DIRECTORIES, "/etc/x/a\n/etc/x/a/b\n/etc/c\n");

    scratch_write(scratch, "/etc/x/a/theirs", "");
    check_number("tidy", state_cleanup(&scratch->tree), 0);
    check_directory(scratch, "/etc/c", false);
    check_directory(scratch, "/etc/x/a/b", false);
    check_directory(scratch, "/etc/x/a/theirs", true);
    scratch_check(scratch, DIRECTORIES, "/etc/x/a\n");
    check_number("unlink", unlink(scratch_path(scratch, "/etc/x/a/theirs")), 0);
    check_number("tidy", state_cleanup(&scratch->tree), 0);
    check_directory(scratch, "/etc/x/a", false);
    check_directory(scratch, "/etc/x", true);
    check_directory(scratch, "/var/lib/ec2-bootstrap", false);
    check_directory(scratch, "/var/lib", true);
}

static int unmount_ours(void **state)
{
    (void) umount2(scratch_path(*state, "/etc/ours"), MNT_DETACH);
    return scratch_teardown(state);
}

/* Nor is what others made of a directory an error: they mounted something there, or it is a file.
 */
static void test_used_by_others(void **state)
{
    const struct scratch *scratch = *state;
    make_directory(scratch, "/var/lib");
    make_directory(scratch, "/etc");
    check_number("missing", state_note_directories(&scratch->tree, "/etc/ours/file"), 0);
    scratch_write(scratch, "/etc/ours", "");
    check_number("a file", state_cleanup(&scratch->tree), 0);
    scratch_check(scratch, DIRECTORIES, "/etc/ours\n");
    check_number("unlink", unlink(scratch_path(scratch, "/etc/ours")), 0);
    make_directory(scratch, "/etc/ours");
    if (mount("none", scratch_path(scratch, "/etc/ours"), "tmpfs", 0, NULL) < 0)
        skip(); /* not permitted */
    check_number("a mount point", state_cleanup(&scratch->tree), 0);
    check_directory(scratch, "/etc/ours", true);
    scratch_check(scratch, DIRECTORIES, "/etc/ours\n");
    check_number("umount", umount2(scratch_path(scratch, "/etc/ours"), 0), 0);
    check_number("tidy", state_cleanup(&scratch->tree), 0);
    check_directory(scratch, "/etc/ours", false);
    check_directory(scratch, DIRECTORIES, false);
}

/* A backup stays, a list of nothing does not. */
static void test_no_directory_left(void **state)
{
    const struct scratch *scratch = *state;
    _cleanup_content_ struct content theirs = { .exists = true };
    make_directory(scratch, "/etc");
    make_directory(scratch, "/var/lib");
    check_number("append", buffer_append(&theirs.bytes, "a", 1), 0);
    check_number("write", state_write_backup(&scratch->tree, "/etc/a/b", &theirs), 0);
    check_number("missing", state_note_directories(&scratch->tree, "/etc/c/file"), 0);
    scratch_check(scratch, DIRECTORIES, "/etc/c\n");
    check_number("tidy", state_cleanup(&scratch->tree), 0);
    check_directory(scratch, DIRECTORIES, false);
    check_directory(scratch, BACKUP, true);
}

/* In a tree without /var the directories above the list itself are ours, too. */
static void test_own_directories(void **state)
{
    const struct scratch *scratch = *state;
    check_number("missing", state_note_directories(&scratch->tree, "/etc/file"), 0);
    make_directory(scratch, "/etc");
    scratch_check(scratch, DIRECTORIES, "/etc\n/var\n/var/lib\n");
    scratch_write(scratch, "/etc/theirs", "");
    check_number("tidy", state_cleanup(&scratch->tree), 0);
    scratch_check(scratch, DIRECTORIES, "/etc\n/var\n/var/lib\n");
    check_number("unlink", unlink(scratch_path(scratch, "/etc/theirs")), 0);
    check_number("tidy", state_cleanup(&scratch->tree), 0);
    check_directory(scratch, "/etc", false);
    check_directory(scratch, "/var", false);
    check_number("tidy of nothing", state_cleanup(&scratch->tree), 0);
}

/* What an agent that was killed leaves behind goes. */
static void test_killed(void **state)
{
    const struct scratch *scratch = *state;
    scratch_write(scratch, "/var/lib/ec2-bootstrap/.etc-a-b.kept.ec2-bootstrap", "half");
    scratch_write(scratch, "/var/lib/ec2-bootstrap/.folders.ec2-bootstrap", "half");
    _cleanup_strings_ struct strings told = { 0 };
    check_number("sweep", state_sweep(&scratch->tree, "/etc/a/b", &told), 0);
    check_number("tidy", state_cleanup(&scratch->tree), 0);
    check_directory(scratch, "/var/lib/ec2-bootstrap", false);
    check_directory(scratch, "/var/lib", true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(test_content),
        scratch_test(test_directories),
        cmocka_unit_test_setup_teardown(test_used_by_others, scratch_setup, unmount_ours),
        scratch_test(test_no_directory_left),
        scratch_test(test_own_directories),
        scratch_test(test_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
