/* SPDX-License-Identifier: MIT */
/* agent/files/tree.c: every path stays inside the root, whatever the tree holds. */

#include "files/tree.h"

#include "lib/memory.h"
#include "scratch.h"

static void test_open(void **state)
{
    const struct scratch *scratch = *state;
    struct tree tree = { .fd = -1 };
    struct error err = { 0 };
    char expected[600], root[300];
    (void) snprintf(root, sizeof(root), "%s///", scratch->path);
    check_number("slashes", tree_open(root, &tree, &err), 0);
    check_text("without the slashes", tree.path, scratch->path);
    tree_close(&tree);
    check_that("closed", tree.fd == -1 && !tree.path);
    check_number("/", tree_open("/", &tree, &err), 0);
    check_text("of /", tree.path, "");
    tree_close(&tree);

    scratch_write(scratch, "/file", "");
    const char *file = scratch_path(scratch, "/file"), *none = scratch_path(scratch, "/none");
    check_number("a file", tree_open(file, &tree, &err), -ENOTDIR);
    (void) snprintf(expected, sizeof(expected), "--root %s: Not a directory", file);
    check_text("a file", err.text, expected);
    check_number("status", err.status, EX_USAGE);
    check_number("nothing there", tree_open(none, &tree, &err), -ENOENT);
    (void) snprintf(expected, sizeof(expected), "--root %s: No such file or directory", none);
    check_text("nothing there", err.text, expected);
    check_number("empty", tree_open("", &tree, &err), -ENOENT);
    check_that("untouched", tree.fd == -1 && !tree.path);
}

/* A tree below the scratch root, so that there is an outside that may not be reached. */
static void make_inner(const struct scratch *scratch, struct tree *inner)
{
    scratch_write(scratch, "/secret", "outside");
    scratch_write(scratch, "/inner/secret", "inside");
    scratch_write(scratch, "/inner/etc/file", "content\n");
    scratch_link(scratch, "/inner/etc/relative", "file");
    scratch_link(scratch, "/inner/etc/absolute", "/etc/file");
    scratch_link(scratch, "/inner/etc/up", "../../../secret");
    scratch_link(scratch, "/inner/etc/up-and-back", "../etc/../etc/file");
    scratch_link(scratch, "/inner/etc/absolute-up", "/../../secret");
    scratch_link(scratch, "/inner/etc/folder", "/etc");
    scratch_link(scratch, "/inner/etc/dangling", "nowhere");
    scratch_link(scratch, "/inner/etc/loop", "loop2");
    scratch_link(scratch, "/inner/etc/loop2", "loop");
    scratch_link(scratch, "/inner/etc/host", scratch_path(scratch, "/secret"));
    struct error err;
    check_number("inner", tree_open(scratch_path(scratch, "/inner"), inner, &err), 0);
}

static void test_read_links(void **state)
{
    const struct scratch *scratch = *state;
    _cleanup_tree_ struct tree inner = { .fd = -1 };
    make_inner(scratch, &inner);
    static const struct {
        const char *path, *content; /* NULL: the result is an error */
        int result;
    } rows[] = {
        { "/etc/file", "content\n", 0 },
        { "etc/file", "content\n", 0 },
        { "/etc/relative", "content\n", 0 },
        { "/etc/absolute", "content\n", 0 },
        { "/etc/up-and-back", "content\n", 0 },
        { "/etc/folder/folder/file", "content\n", 0 },
        { "/etc/up", "inside", 0 },
        { "/etc/absolute-up", "inside", 0 },
        { "/../secret", "inside", 0 },
        { "/etc/../../../../secret", "inside", 0 },
        { "/etc/host", NULL, -ENOENT },
        { "/etc/dangling", NULL, -ENOENT },
        { "/etc/none", NULL, -ENOENT },
        { "/etc/file/none", NULL, -ENOTDIR },
        { "/etc/loop", NULL, -ELOOP },
    };
    /* The second time with directories that are held. */
    for (size_t i = 0; i < 2 * ELEMENTSOF(rows); i++) {
        const size_t row = i % ELEMENTSOF(rows);
        _cleanup_buffer_ struct buffer content = { 0 };
        if (i == ELEMENTSOF(rows))
            check_number("hold", tree_hold_directories(&inner), 0);
        check_number(rows[row].path, tree_read(&inner, rows[row].path, 100, &content, NULL),
            rows[row].result);
        check_text(rows[row].path, content.data, rows[row].content);
    }
}

static void test_read_kinds(void **state)
{
    const struct scratch *scratch = *state;
    static char large[40000];
    memset(large, 'x', sizeof(large));
    scratch_write_bytes(scratch, "/large", large, sizeof(large));
    scratch_write_bytes(scratch, "/nul", "a\0b", 3);
    scratch_write(scratch, "/empty", "");
    scratch_write(scratch, "/folder/file", "");
    check_number("fifo", mkfifo(scratch_path(scratch, "/fifo"), 0644), 0);
    scratch_link(scratch, "/link-to-fifo", "fifo");
    static const struct {
        const char *path;
        size_t max;
        int result;
        size_t size;
    } rows[] = {
        { "/large", sizeof(large), 0, sizeof(large) },
        { "/large", sizeof(large) + 1, 0, sizeof(large) },
        { "/large", sizeof(large) - 1, -EFBIG, 0 },
        { "/large", 16384, -EFBIG, 0 },
        { "/large", 0, -EFBIG, 0 },
        { "/nul", 3, 0, 3 },
        { "/nul", 2, -EFBIG, 0 },
        { "/empty", 0, 0, 0 },
        { "/empty", 10, 0, 0 },
        { "/folder", 10, -EISDIR, 0 },
        { "/", 10, -EISDIR, 0 },
        { "/fifo", 10, -EINVAL, 0 },
        { "/link-to-fifo", 10, -EINVAL, 0 },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer content = { 0 };
        struct stat status = { .st_size = -1 };
        int r = tree_read(&scratch->tree, rows[i].path, rows[i].max, &content, &status);
        check_number(rows[i].path, r, rows[i].result);
        check_number(rows[i].path, r < 0 ? 0 : content.size, rows[i].size);
        check_number(
            "stat, untouched on failure", status.st_size, r < 0 ? -1 : (long long) rows[i].size);
    }
    _cleanup_buffer_ struct buffer content = { 0 };
    check_number("nul", tree_read(&scratch->tree, "/nul", 10, &content, NULL), 0);
    check_bytes("a NUL is a byte", content.data, content.size, "a\0b", 3);
}

/* Of what is only searched for, no device is opened. */
static void test_read_searched(void **state)
{
    const struct scratch *scratch = *state;
    static const struct {
        const char *path;
        size_t max;
        int result;
        const char *content;
    } rows[] = {
        { "/file", 7, 0, "content" },
        { "/link", 7, 0, "content" },
        { "/file", 6, -EFBIG, NULL },
        { "/fifo", 7, -EINVAL, NULL },
        { "/directory", 7, -EINVAL, NULL },
        { "/file/x", 7, -ENOTDIR, NULL },
        { "/none", 7, -ENOENT, NULL },
    };
    scratch_write(scratch, "/file", "content");
    scratch_link(scratch, "/link", "file");
    scratch_write(scratch, "/directory/file", "");
    check_number("fifo", mkfifo(scratch_path(scratch, "/fifo"), 0644), 0);
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer content = { 0 };
        check_number(rows[i].path,
            tree_read_searched(&scratch->tree, rows[i].path, rows[i].max, &content),
            rows[i].result);
        check_text(rows[i].path, content.data, rows[i].content);
    }
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

static void check_list(
    const struct scratch *scratch, const char *path, const char *suffix, const char *expected)
{
    _cleanup_strings_ struct strings names = { 0 };
    check_number(path, tree_list(&scratch->tree, path, suffix, &names), 0);
    if (names.count > 1)
        qsort(names.items, names.count, sizeof(*names.items), compare_texts);
    _cleanup_mem_ char *joined = strings_join(&names, " ");
    check_text(path, joined, expected);
}

static void test_masked(void **state)
{
    const struct scratch *scratch = *state;
    static const struct {
        const char *target;
        bool masked;
    } rows[] = {
        { "/dev/null", true },
        { "../dev/null", true },
        { "../../../dev/null", true },
        { "dev/null", false },
        { "/dev/null/x", false },
        { "/dev/nul", false },
        { "//dev/null", false },
        { "../../dev/zero", false },
        { "/etc/dev/null", false },
        { "..", false },
        { "../", false },
    };
    _cleanup_tree_ struct tree tree = { .fd = -1 };
    check_number("open", tree_open(scratch->path, &tree, NULL), 0);
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        const char *link = scratch_path(scratch, "/link");
        check_number(rows[i].target, symlink(rows[i].target, link), 0);
        check_that(rows[i].target, tree_is_masked(&tree, "/link") == rows[i].masked);
        check_number(rows[i].target, unlink(link), 0);
    }
    scratch_write(scratch, "/file", "");
    check_that("a file", !tree_is_masked(&tree, "/file"));
    check_that("nothing", !tree_is_masked(&tree, "/none"));
    check_that("below a file", !tree_is_masked(&tree, "/file/x"));
}

static void test_list(void **state)
{
    const struct scratch *scratch = *state;
    static const char *const files[] = { "10-a.json", "b.json", "c.jsonx", "json", ".json",
        ".d.json", "e.json~", "f.JSON", "g.json/h.json" };
    for (size_t i = 0; i < ELEMENTSOF(files); i++) {
        char path[64];
        (void) snprintf(path, sizeof(path), "/d/%s", files[i]);
        scratch_write(scratch, path, "");
    }
    scratch_link(scratch, "/link", "/d");
    check_list(scratch, "/d", ".json", "10-a.json b.json g.json");
    check_list(scratch, "/link", ".json", "10-a.json b.json g.json");
    check_list(scratch, "/d/g.json", "", "h.json");
    check_list(scratch, "/d", ".none", "");
    check_list(scratch, "/none", ".json", "");
    check_list(scratch, "/none/none", ".json", "");

    _cleanup_strings_ struct strings names = { 0 };
    check_number("a file", tree_list(&scratch->tree, "/d/json", "", &names), -ENOTDIR);
    check_number("names", names.count, 0);
}

static void test_make_directory(void **state)
{
    const struct scratch *scratch = *state;
    scratch_write(scratch, "/inner/file", "");
    scratch_link(scratch, "/inner/link", "/real");
    scratch_link(scratch, "/inner/out", "../../escaped");
    _cleanup_tree_ struct tree inner = { .fd = -1 };
    check_number("inner", tree_open(scratch_path(scratch, "/inner"), &inner, NULL), 0);
    mode_t before = umask(022);
    static const struct {
        const char *path;
        int result;
    } rows[] = {
        { "/", 0 },
        { "/real", 0 },
        { "/a/b/c", 0 },
        { "/a/b/c", 0 },
        { "/a//d", 0 },
        { "/link/e/f", 0 },
        { "/file", -ENOTDIR },
        { "/file/g", -ENOTDIR },
        { "/../../top", 0 },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_number(rows[i].path, tree_make_directory(&inner, rows[i].path), rows[i].result);
    check_that("out", tree_make_directory(&inner, "/out/x") < 0);
    (void) umask(before);

    static const char *const made[] = { "/inner/a/b/c", "/inner/a/d", "/inner/real/e/f",
        "/inner/top" };
    for (size_t i = 0; i < ELEMENTSOF(made); i++) {
        struct stat status;
        check_number(made[i], stat(scratch_path(scratch, made[i]), &status), 0);
        check_number(made[i], status.st_mode, S_IFDIR | 0755);
    }
    check_list(scratch, "/", "", "inner"); /* nothing outside */
}

/* Shows where a path leads as "DEVICE:INODE of the directory is that of `directory`". */
static void check_entry(const struct scratch *scratch, const struct tree *tree, const char *path,
    const char *directory, const char *name)
{
    _cleanup_tree_entry_ struct tree_entry entry = { .directory = -1 };
    struct stat got, expected;
    check_number(path, tree_resolve(tree, path, false, &entry), 0);
    check_text(path, entry.name, name);
    check_number(path, fstat(entry.directory, &got), 0);
    check_number(directory, stat(scratch_path(scratch, directory), &expected), 0);
    check_number(path, (long long) got.st_ino, (long long) expected.st_ino);
}

static void test_find_entry(void **state)
{
    const struct scratch *scratch = *state;
    _cleanup_tree_ struct tree inner = { .fd = -1 };
    make_inner(scratch, &inner);
    scratch_link(scratch, "/inner/var/chain", "../etc/absolute");
    static const struct {
        const char *path, *directory, *name;
    } rows[] = {
        { "/etc/file", "/inner/etc", "file" },
        { "/etc/none", "/inner/etc", "none" },
        { "/none", "/inner", "none" },
        { "/etc/relative", "/inner/etc", "file" },
        { "/etc/absolute", "/inner/etc", "file" },
        { "/etc/folder/file", "/inner/etc", "file" },
        { "/etc/dangling", "/inner/etc", "nowhere" },
        { "/etc/up", "/inner", "secret" },
        { "/etc/absolute-up", "/inner", "secret" },
        { "/var/chain", "/inner/etc", "file" },
        { "/etc", "/inner", "etc" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_entry(scratch, &inner, rows[i].path, rows[i].directory, rows[i].name);

    struct tree_entry entry = { .directory = -1 };
    check_number("loop", tree_resolve(&inner, "/etc/loop", false, &entry), -ELOOP);
    check_number("no directory", tree_resolve(&inner, "/no/file", false, &entry), -ENOENT);
    check_number("a file", tree_resolve(&inner, "/etc/file/x", false, &entry), -ENOTDIR);
    check_number("a file", tree_resolve(&inner, "/etc/file/x", true, &entry), -ENOTDIR);
    check_that("untouched", entry.directory == -1 && !entry.name);
    check_number("made", tree_resolve(&inner, "/new/folder/file", true, &entry), 0);
    tree_entry_free(&entry);
    check_entry(scratch, &inner, "/new/folder/file", "/inner/new/folder", "file");
}

/* A link that names a directory by a dot leads to no entry that could be replaced. */
static void test_find_entry_dots(void **state)
{
    const struct scratch *scratch = *state;
    static const char *const targets[] = { "..", ".", "/..", "/", "../..", "x/.." };
    check_number("x", mkdir(scratch_path(scratch, "/x"), 0755), 0);
    for (size_t i = 0; i < ELEMENTSOF(targets); i++) {
        scratch_link(scratch, "/link", targets[i]);
        _cleanup_tree_entry_ struct tree_entry entry = { .directory = -1 };
        int r = tree_resolve(&scratch->tree, "/link", false, &entry);
        check_that(targets[i], r < 0 || (*entry.name && strspn(entry.name, ".") == 0));
        check_number("unlink", unlink(scratch_path(scratch, "/link")), 0);
    }
}

/* The kernel follows 40 links. */
static void test_link_limit(void **state)
{
    const struct scratch *scratch = *state;
    scratch_write(scratch, "/0", "end");
    for (int i = 1; i <= 41; i++) {
        char path[16], target[16];
        (void) snprintf(path, sizeof(path), "/%d", i);
        (void) snprintf(target, sizeof(target), "%d", i - 1);
        scratch_link(scratch, path, target);
    }
    check_entry(scratch, &scratch->tree, "/40", "", "0");
    struct tree_entry entry = { .directory = -1 };
    check_number("41", tree_resolve(&scratch->tree, "/41", false, &entry), -ELOOP);
}

/* What no file system has. */
static void test_too_long(void **state)
{
    const struct scratch *scratch = *state;
    static char name[NAME_MAX + 2], path[PATH_MAX + 1], deep[PATH_MAX];
    memset(name, 'n', sizeof(name) - 1);
    memset(path, '/', sizeof(path) - 1);
    for (size_t i = 0; i < sizeof(deep) - 3; i += 2)
        memcpy(deep + i, "d/", 3);
    static const struct {
        const char *row, *path;
        int result;
    } rows[] = {
        { "none", "", -ENOENT },
        { "a name", name, -ENAMETOOLONG },
        { "a path", path, -ENAMETOOLONG },
        { "a depth that is not there", deep, -ENOENT },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer content = { 0 };
        check_number(rows[i].row, tree_read(&scratch->tree, rows[i].path, 100, &content, NULL),
            rows[i].result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(test_open),
        scratch_test(test_read_links),
        scratch_test(test_read_kinds),
        scratch_test(test_read_searched),
        scratch_test(test_masked),
        scratch_test(test_list),
        scratch_test(test_make_directory),
        scratch_test(test_find_entry),
        scratch_test(test_find_entry_dots),
        scratch_test(test_link_limit),
        scratch_test(test_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
