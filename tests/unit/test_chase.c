/* SPDX-License-Identifier: MIT */
/* agent/files/chase.c: no step that another user than root could have chosen. */

#include "files/chase.h"

#include "files/known.h"
#include "lib/shell.h"
#include "scratch.h"

enum { HIS = 1001, OTHER = 1002, GROUP = 50 };

/* What stands in the tree; a target of a link, or the other name of a file. */
static const struct entry {
    const char *path;
    mode_t mode;
    uid_t uid;
    gid_t gid;
    const char *target;
} entries[] = {
    { "/etc", S_IFDIR | 0755, 0, 0, NULL },
    { "/etc/secret", S_IFREG | 0644, 0, 0, NULL },
    { "/etc/two", S_IFREG | 0600, 0, 0, NULL },
    { "/etc/two-too", S_IFREG, 0, 0, "/etc/two" },
    { "/his", S_IFDIR | 0755, HIS, HIS, NULL },
    { "/his/own", S_IFREG | 0600, HIS, HIS, NULL },
    { "/his/others", S_IFREG | 0644, OTHER, OTHER, NULL },
    { "/his/private", S_IFREG | 0640, 0, 0, NULL },
    { "/his/public", S_IFREG | 0644, 0, 0, NULL },
    { "/his/alias", S_IFREG, 0, 0, "/etc/secret" },
    { "/his/to-root", S_IFLNK, HIS, HIS, "../etc/secret" },
    { "/his/to-root-absolute", S_IFLNK, HIS, HIS, "/etc/secret" },
    { "/his/to-nothing-of-root", S_IFLNK, HIS, HIS, "../etc/nologin" },
    { "/his/to-root-directory", S_IFLNK, HIS, HIS, "../etc" },
    { "/his/to-own", S_IFLNK, HIS, HIS, "own" },
    { "/his/to-nothing", S_IFLNK, HIS, HIS, "none" },
    { "/his/of-root", S_IFLNK, 0, 0, "own" },
    { "/his/sub", S_IFDIR | 0755, 0, 0, NULL },
    { "/his/sub/file", S_IFREG | 0644, 0, 0, NULL },
    { "/etc/to-his", S_IFLNK, 0, 0, "../his/own" },
    { "/etc/to-his-link", S_IFLNK, 0, 0, "/his/to-root" },
    { "/etc/of-his", S_IFLNK, HIS, HIS, "secret" },
    { "/shared", S_IFDIR | 0777, 0, 0, NULL },
    { "/shared/link", S_IFLNK, 0, 0, "../etc/secret" },
    { "/shared/file", S_IFREG | 0644, 0, 0, NULL },
    { "/shared/alias", S_IFREG, 0, 0, "/etc/two" },
    { "/sticky", S_IFDIR | S_ISVTX | 0777, 0, 0, NULL },
    { "/sticky/link", S_IFLNK, 0, 0, "../etc/secret" },
    { "/sticky/of-his", S_IFLNK, HIS, HIS, "../etc/secret" },
    { "/sticky/alias", S_IFREG, 0, 0, "/etc/two" },
    { "/etc/link", S_IFLNK, 0, 0, "two" },
    { "/sticky/link-alias", S_IFREG, 0, 0, "/etc/link" },
    { "/odd $(x);\n-", S_IFDIR | 0755, HIS, HIS, NULL },
    { "/odd $(x);\n-/a b", S_IFREG | 0600, 0, 0, NULL },
    { "/group", S_IFDIR | 0775, 0, GROUP, NULL },
    { "/group/link", S_IFLNK, 0, 0, "../etc/secret" },
    { "/group-of-root", S_IFDIR | 0775, 0, 0, NULL },
    { "/group-of-root/link", S_IFLNK, 0, 0, "../etc/secret" },
};

static void make_entry(const struct scratch *scratch, const struct entry *entry)
{
    const char *path = scratch_path(scratch, entry->path);
    mode_t mode = entry->mode & 07777;
    if (S_ISDIR(entry->mode))
        check_number(path, mkdir(path, 0700), 0);
    else if (S_ISLNK(entry->mode))
        check_number(path, symlink(entry->target, path), 0);
    else if (entry->target) {
        check_number(path, link(scratch_path(scratch, entry->target), path), 0);
        return;
    } else
        scratch_write(scratch, entry->path, "text");
    if (lchown(path, entry->uid, entry->gid) < 0)
        skip(); /* not permitted */
    if (!S_ISLNK(entry->mode))
        check_number(path, chmod(path, mode), 0);
}

static void make_entries(const struct scratch *scratch)
{
    if (geteuid() != 0)
        skip();
    for (size_t i = 0; i < ELEMENTSOF(entries); i++)
        make_entry(scratch, &entries[i]);
}

static void test_steps(void **state)
{
    const struct scratch *scratch = *state;
    static const struct {
        const char *path;
        int flags, result;
        enum chase_reason reason;
    } rows[] = {
        { "/etc/secret", 0, 0, CHASE_SAFE },
        { "/etc/none", 0, 0, CHASE_SAFE },
        { "/etc/two", 0, 0, CHASE_SAFE },
        { "/his/own", 0, 0, CHASE_SAFE },
        { "/his/none", 0, 0, CHASE_SAFE },
        { "/his/public", 0, 0, CHASE_SAFE },
        { "/his/to-own", 0, 0, CHASE_SAFE },
        { "/his/to-nothing", 0, 0, CHASE_SAFE },
        { "/his/others", 0, -ENOLINK, CHASE_OTHER_OWNER },
        { "/his/private", 0, -ENOLINK, CHASE_OTHER_OWNER },
        { "/his/alias", 0, -ENOLINK, CHASE_OTHER_OWNER },
        { "/his/to-root", 0, -ENOLINK, CHASE_OTHER_LINK },
        { "/his/to-root", CHASE_NOFOLLOW, 0, CHASE_SAFE },
        { "/his/to-root", CHASE_ANY_STEP, 0, CHASE_SAFE },
        { "/his/to-root-absolute", 0, -ENOLINK, CHASE_OTHER_LINK },
        { "/his/to-nothing-of-root", 0, -ENOLINK, CHASE_OTHER_LINK },
        { "/his/to-root-directory/secret", 0, -ENOLINK, CHASE_OTHER_LINK },
        { "/his/to-root-directory/secret", CHASE_NOFOLLOW, -ENOLINK, CHASE_OTHER_LINK },
        { "/his/of-root", 0, -ENOLINK, CHASE_OTHER_OWNER },
        { "/his/sub/file", 0, -ENOLINK, CHASE_OTHER_OWNER },
        { "/his/../etc/secret", 0, 0, CHASE_SAFE },
        { "/etc/to-his", 0, 0, CHASE_SAFE },
        { "/etc/to-his-link", 0, -ENOLINK, CHASE_OTHER_LINK },
        { "/etc/of-his", 0, -ENOLINK, CHASE_OTHER_LINK },
        { "/shared/file", 0, 0, CHASE_SAFE },
        { "/shared/link", 0, -ENOLINK, CHASE_WRITABLE },
        { "/shared/link", CHASE_NOFOLLOW, 0, CHASE_SAFE },
        { "/shared/alias", 0, -ENOLINK, CHASE_SEVERAL_NAMES },
        { "/etc/link", 0, 0, CHASE_SAFE },
        { "/sticky/link-alias", 0, -ENOLINK, CHASE_SEVERAL_NAMES },
        { "/sticky/link-alias", CHASE_NOFOLLOW, 0, CHASE_SAFE },
        { "/sticky/link", 0, 0, CHASE_SAFE },
        { "/sticky/of-his", 0, -ENOLINK, CHASE_OTHER_LINK },
        { "/sticky/alias", 0, -ENOLINK, CHASE_SEVERAL_NAMES },
        { "/group/link", 0, -ENOLINK, CHASE_WRITABLE },
        { "/group-of-root/link", 0, 0, CHASE_SAFE },
    };
    make_entries(scratch);
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_chase_end_ struct chase_end end;
        int r = chase(&scratch->tree, rows[i].path, rows[i].flags, &end);
        check_number(rows[i].path, r, rows[i].result);
        check_number(rows[i].path, end.reason, rows[i].reason);
    }
}

/* What is read, listed, asked for, made: all goes by the same steps. */
static void test_tree(void **state)
{
    const struct scratch *scratch = *state;
    const struct tree *tree = &scratch->tree;
    _cleanup_buffer_ struct buffer content = { 0 };
    _cleanup_strings_ struct strings names = { 0 };
    struct tree_entry entry = { .directory = -1 };
    make_entries(scratch);
    check_number("read", tree_read(tree, "/his/to-root", 9, &content, NULL), -ENOLINK);
    check_number("nothing read", content.size, 0);
    check_number("list", tree_list(tree, "/his/to-root-directory", "", &names), -ENOLINK);
    check_number("resolve", tree_resolve(tree, "/his/to-root", false, &entry), -ENOLINK);
    check_number("make", tree_make_directory(tree, "/his/to-root-directory/x"), -ENOLINK);
    check_number("remove", tree_remove_directory(tree, "/his/to-root-directory/x"), -ENOLINK);
    check_number("exists", tree_exists(tree, "/his/to-root"), 1);
    check_number("of others", tree_is_of_others(tree, "/his/to-root"), true);
    check_number("of others", tree_is_of_others(tree, "/his/none"), true);
    check_number("of root", tree_is_of_others(tree, "/etc/none"), false);
    check_number("closed", tree_is_closed(tree, "/his/none"), false);
}

/* A directory in his is made with his rights, and is his. */
static void test_make_directory(void **state)
{
    const struct scratch *scratch = *state;
    struct stat status;
    make_entries(scratch);
    check_number("make", tree_make_directory(&scratch->tree, "/his/new/and/more"), 0);
    check_number("stat", stat(scratch_path(scratch, "/his/new/and/more"), &status), 0);
    check_number("uid", status.st_uid, HIS);
    check_number("gid", status.st_gid, HIS);
    check_number("chmod", chmod(scratch_path(scratch, "/his"), 0555), 0);
    check_number("not even by root", tree_make_directory(&scratch->tree, "/his/x"), -EACCES);
    check_number("remove", tree_remove_directory(&scratch->tree, "/his/new/and/more"), 0);
    check_number("not by root", tree_remove_directory(&scratch->tree, "/his/new"), -EACCES);
}

static void test_words(void **state)
{
    const struct scratch *scratch = *state;
    static const struct {
        const char *path, *before, *directory, *after;
    } rows[] = {
        { "/his/to-root",
            ": on its way is a link of user 1001 to what is not that user's: put what it leads to "
            "in its place, as a copy that belongs to that user",
            NULL, NULL },
        { "/his/private", ": ", "/his",
            " belongs to user 1001, and what private leads to does not: put a copy in its place "
            "that belongs to that user" },
        { "/odd $(x);\n-/a b", ": ", "/odd $(x);\n-",
            " belongs to user 1001, and what 'a b' leads to does not: put a copy in its place "
            "that belongs to that user" },
        { "/shared/alias", ": others can write in ", "/shared",
            ", in which alias is a hard link: replace it by a copy of its own" },
        { "/shared/link", ": others can write in ", "/shared",
            ", in which link is a link: put what it leads to in its place, or, where nobody else "
            "has to write there: chmod go-w " },
    };
    make_entries(scratch);
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        struct error err = { 0 };
        char expected[1024];
        _cleanup_buffer_ struct buffer word = { 0 };
        if (rows[i].directory)
            check_number(
                "word", shell_append_path(&word, scratch_path(scratch, rows[i].directory)), 0);
        const char *directory = rows[i].directory ? word.data : "";
        const char *after = rows[i].after ? rows[i].after : "";
        bool is_open = *after && after[strlen(after) - 1] == ' ';
        (void) snprintf(expected, sizeof(expected), "%s%s%s%s", rows[i].before, directory, after,
            is_open ? directory : "");
        tree_explain(&scratch->tree, rows[i].path, &err);
        check_text(rows[i].path, err.text, expected);
    }
}

/* Directories are held: all is as without. */
static int setup_held(void **state)
{
    int r = scratch_setup(state);
    struct scratch *scratch = *state;
    return r == 0 ? tree_hold_directories(&scratch->tree) : r;
}

static int find(const struct scratch *scratch, const char *path)
{
    return tree_exists(&scratch->tree, path);
}

static void move(const struct scratch *scratch, const char *from, const char *to)
{
    check_number(from, rename(scratch_path(scratch, from), scratch_path(scratch, to)), 0);
}

/* What root alone could move is looked at once, until it is released or one is removed; all else
 * each time. */
static void test_held(void **state)
{
    struct scratch *scratch = *state;
    struct tree *tree = &scratch->tree;
    make_entries(scratch);
    static const struct {
        const char *directory, *file;
        bool is_held;
    } rows[] = {
        { "/etc", "/etc/secret", true },
        { "/his", "/his/own", false },
        { "/shared", "/shared/file", false },
        { "/sticky", "/sticky/alias", false },
        { "/group-of-root", "/group-of-root/link", false },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        check_number(rows[i].file, find(scratch, rows[i].file), 1);
        move(scratch, rows[i].directory, "/moved");
        check_number(rows[i].directory, find(scratch, rows[i].file), rows[i].is_held);
        move(scratch, "/moved", rows[i].directory);
    }
    move(scratch, "/etc", "/moved");
    check_number("mkdir", mkdir(scratch_path(scratch, "/gone"), 0755), 0);
    check_number("remove", tree_remove_directory(tree, "/gone"), 0);
    check_number("after a removal", find(scratch, "/etc/secret"), 0);
    move(scratch, "/moved", "/etc");
    check_number("again", find(scratch, "/etc/secret"), 1);
    move(scratch, "/etc", "/moved");
    tree_release_directories(tree);
    check_number("released", find(scratch, "/etc/secret"), 0);
}

/* More of them than are held, and names that are too long for it. */
static void test_held_many(void **state)
{
    enum { MANY = 100 };
    struct scratch *scratch = *state;
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < MANY; i++) {
            char path[128];
            (void) snprintf(
                path, sizeof(path), "/a/a-name-of-more-than-thirty-characters-%d/%d/x", i % 2, i);
            if (round == 0)
                scratch_write(scratch, path, "text");
            check_number(path, find(scratch, path), 1);
        }
}

static void test_clean(void **state)
{
    enum { MANY = 100 };
    struct scratch *scratch = *state;
    struct stat status = { .st_dev = 1 };
    check_number("not noted", known_is_clean(&scratch->tree, &status), false);
    for (int i = 0; i < MANY; i++) {
        status.st_ino = (ino_t) i;
        known_note_clean(&scratch->tree, &status);
    }
    status.st_ino = 0;
    check_number("noted", known_is_clean(&scratch->tree, &status), true);
    status.st_dev = 2;
    check_number("another device", known_is_clean(&scratch->tree, &status), false);
    status.st_dev = 1;
    status.st_ino = MANY - 1;
    check_number("one too many", known_is_clean(&scratch->tree, &status), false);
    tree_release_directories(&scratch->tree);
    known_note_clean(&scratch->tree, &status);
    check_number("none is held", known_is_clean(&scratch->tree, &status), false);
}

#define held_test(test) cmocka_unit_test_setup_teardown(test, setup_held, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(test_steps),
        held_test(test_steps),
        scratch_test(test_tree),
        held_test(test_tree),
        scratch_test(test_make_directory),
        held_test(test_make_directory),
        scratch_test(test_words),
        held_test(test_words),
        held_test(test_held),
        held_test(test_held_many),
        held_test(test_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
