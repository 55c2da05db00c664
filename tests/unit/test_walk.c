/* SPDX-License-Identifier: MIT */
/* agent/files/walk.c: what is visited, and that nothing in the tree leads out of it or hangs. */

#include "files/walk.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "lib/memory.h"
#include "scratch.h"

static const char *const events[] = {
    [WALK_ENTER] = "enter",
    [WALK_LEAVE] = "leave",
    [WALK_FILE] = "file",
    [WALK_LINK] = "link",
    [WALK_SPECIAL] = "special",
    [WALK_FAILED] = "failed",
};

struct visits {
    struct strings lines;
    const char *leave_out; /* a directory */
    const char *stop;
};

static int note(const struct walk_entry *entry, void *data)
{
    struct visits *visits = data;
    const char *slash = strrchr(entry->path, '/');
    check_text("the name", entry->name, slash + 1);
    if (entry->event == WALK_FAILED)
        check_number("memory",
            strings_printf(
                &visits->lines, "%s %s %d", entry->path, events[entry->event], entry->failure),
            0);
    else
        check_number("memory",
            strings_printf(&visits->lines, "%s %s", entry->path, events[entry->event]), 0);
    if (visits->stop && strcmp(entry->path, visits->stop) == 0)
        return -ECANCELED;
    return visits->leave_out && strcmp(entry->path, visits->leave_out) == 0;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

static void check_walk_of(const struct tree *tree, const char *path, enum walk_reach reach,
    const char *leave_out, const char *expected)
{
    struct visits visits = { .leave_out = leave_out };
    check_number(path, walk_tree(tree, path, reach, note, &visits), 0);
    if (visits.lines.count > 1)
        qsort(visits.lines.items, visits.lines.count, sizeof(char *), compare_texts);
    char *text = strings_join(&visits.lines, "\n");
    check_text(path, text, expected);
    mem_free(text);
    strings_free(&visits.lines);
}

static void make_socket(const struct scratch *scratch, const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check_that("socket", fd >= 0);
    (void) snprintf(address.sun_path, sizeof(address.sun_path), "%s", scratch_path(scratch, path));
    check_number(path, bind(fd, (const struct sockaddr *) &address, sizeof(address)), 0);
    (void) close(fd);
}

static void test_kinds(void **state)
{
    const struct scratch *scratch = *state;
    scratch_write(scratch, "/etc/file", "x");
    scratch_write(scratch, "/etc/a/b/deep", "x");
    scratch_write(scratch, "/etc/a/.hidden", "x");
    scratch_write(scratch, "/etc/odd/new\nline \xff", "x");
    scratch_write(scratch, "/outside/file", "x");
    scratch_link(scratch, "/etc/to-folder", "/outside");
    scratch_link(scratch, "/etc/dangling", "/nowhere");
    scratch_link(scratch, "/etc/a/up", "..");
    check_number("fifo", mkfifo(scratch_path(scratch, "/etc/fifo"), 0644), 0);
    make_socket(scratch, "/etc/socket");
    check_number("empty", mkdir(scratch_path(scratch, "/etc/empty"), 0755), 0);

    check_walk_of(&scratch->tree, "/etc", WALK_MOUNTS, NULL,
        "/etc/a enter\n"
        "/etc/a leave\n"
        "/etc/a/.hidden file\n"
        "/etc/a/b enter\n"
        "/etc/a/b leave\n"
        "/etc/a/b/deep file\n"
        "/etc/a/up link\n"
        "/etc/dangling link\n"
        "/etc/empty enter\n"
        "/etc/empty leave\n"
        "/etc/fifo special\n"
        "/etc/file file\n"
        "/etc/odd enter\n"
        "/etc/odd leave\n"
        "/etc/odd/new\nline \xff file\n"
        "/etc/socket special\n"
        "/etc/to-folder link");
    check_walk_of(&scratch->tree, "/etc/a", WALK_STAY, "/etc/a/b",
        "/etc/a/.hidden file\n"
        "/etc/a/b enter\n"
        "/etc/a/up link");
}

static void test_start(void **state)
{
    const struct scratch *scratch = *state;
    scratch_write(scratch, "/secret/outside", "x");
    scratch_write(scratch, "/inner/data/file", "x");
    scratch_link(scratch, "/inner/link", "/data");
    scratch_link(scratch, "/inner/out", "../secret");
    scratch_link(scratch, "/inner/host", scratch_path(scratch, "/secret"));
    scratch_link(scratch, "/inner/loop", "loop");
    scratch_write(scratch, "/inner/file", "x");
    _cleanup_tree_ struct tree inner = { .fd = -1 };
    check_number("inner", tree_open(scratch_path(scratch, "/inner"), &inner, NULL), 0);
    static const struct {
        const char *path;
        enum walk_reach reach;
        const char *expected;
    } rows[] = {
        { "/data", WALK_MOUNTS, "/data/file file" },
        { "/data", WALK_STAY, "/data/file file" },
        { "/link", WALK_MOUNTS, "/link/file file" },
        { "/link", WALK_STAY, "/link failed -20" },
        { "/none", WALK_MOUNTS, "" },
        { "/none", WALK_STAY, "" },
        { "/out", WALK_MOUNTS, "" },
        { "/host", WALK_MOUNTS, "" },
        { "/loop", WALK_MOUNTS, "/loop failed -40" },
        { "/file", WALK_MOUNTS, "/file failed -20" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_walk_of(&inner, rows[i].path, rows[i].reach, NULL, rows[i].expected);
}

static void test_stop(void **state)
{
    const struct scratch *scratch = *state;
    scratch_write(scratch, "/etc/a/b/file", "x");
    static const char *const stops[] = { "/etc/a", "/etc/a/b", "/etc/a/b/file" };
    for (size_t i = 0; i < ELEMENTSOF(stops); i++) {
        struct visits visits = { .stop = stops[i] };
        check_number(
            stops[i], walk_tree(&scratch->tree, "/etc", WALK_MOUNTS, note, &visits), -ECANCELED);
        check_number(stops[i], (long long) visits.lines.count, (long long) i + 1);
        strings_free(&visits.lines);
    }
}

static int count_depth(const struct walk_entry *entry, void *data)
{
    int *counts = data;
    counts[entry->event]++;
    if (entry->event == WALK_FAILED)
        check_number("too deep", entry->failure, -ELOOP);
    return 0;
}

/* Also deeper than a path can be long. */
static void test_deep(void **state)
{
    const struct scratch *scratch = *state;
    enum { DIRECTORIES = 300 };
    static const char name[] = "a-name-of-a-folder-that-is-rather-long";
    int directories[DIRECTORIES] = { 0 };
    for (int i = 0; i < DIRECTORIES; i++) {
        int parent = i == 0 ? scratch->tree.fd : directories[i - 1];
        check_number("mkdir", mkdirat(parent, name, 0755), 0);
        directories[i] = openat(parent, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
    }
    int counts[WALK_FAILED + 1] = { 0 };
    check_number("walk", walk_tree(&scratch->tree, "/", WALK_MOUNTS, count_depth, counts), 0);
    for (int i = DIRECTORIES; i-- > 0;) {
        (void) close(directories[i]);
        (void) unlinkat(i == 0 ? scratch->tree.fd : directories[i - 1], name, AT_REMOVEDIR);
    }
    check_number("entered", counts[WALK_ENTER], 257);
    check_number("left", counts[WALK_LEAVE], 256);
    check_number("failed", counts[WALK_FAILED], 1);
}

/* What the kernel makes up, here /proc and /dev below the real root, is left out. */
static void test_other_file_systems(void **state)
{
    (void) state;
    _cleanup_tree_ struct tree host = { .fd = -1 };
    check_number("/", tree_open("/", &host, NULL), 0);
    check_walk_of(&host, "/proc", WALK_MOUNTS, NULL, "");
    check_walk_of(&host, "/proc/self", WALK_STAY, NULL, "/proc/self failed -20");
}

static void test_open_file(void **state)
{
    const struct scratch *scratch = *state;
    scratch_write(scratch, "/d/file", "12345");
    scratch_link(scratch, "/d/link", "file");
    check_number("fifo", mkfifo(scratch_path(scratch, "/d/fifo"), 0644), 0);
    _cleanup_close_ int directory =
        open(scratch_path(scratch, "/d"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    static const struct {
        const char *name;
        int result;
    } rows[] = { { "file", 0 }, { "link", -EINVAL }, { "fifo", -EINVAL }, { ".", -EINVAL },
        { "none", -ENOENT } };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        const struct walk_entry entry = { .name = rows[i].name, .directory = directory };
        struct stat status;
        int fd = walk_open_file(&entry, &status);
        check_number(rows[i].name, fd < 0 ? fd : 0, rows[i].result);
        if (fd >= 0)
            check_number("size", status.st_size, 5);
        cleanup_close(&fd);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(test_kinds),
        scratch_test(test_start),
        scratch_test(test_stop),
        scratch_test(test_deep),
        scratch_test(test_other_file_systems),
        scratch_test(test_open_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
