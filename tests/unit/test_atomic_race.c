/* agent/files/atomic.c: what another program does in the last moment, between the look at the file
 * and the system call that replaces it, is not lost. */

#include "files/atomic.h"

#include <dirent.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "files/leftover.h"
#include "scratch.h"

#define FILE_PATH "/etc/environment"
#define TEMPORARY "/etc/.environment.ec2-bootstrap"

enum { CHANGES = 2 };

static const struct scratch *scratch_now;
static void (*changes[CHANGES])(void); /* before each rename(2) of the file; NULL: none */
static size_t renames;
static size_t kill_at;   /* the agent is killed behind that one, from 1; 0: it is not */
static int rename_error; /* what the kernel says to what only Linux has; 0: it is asked */

long __real_syscall(long number, long a, long b, long c, long d, long e);
long __wrap_syscall(long number, ...);
int __real_renameat(int from_directory, const char *from, int to_directory, const char *to);
int __wrap_renameat(int from_directory, const char *from, int to_directory, const char *to);

static bool is_file(const char *name)
{
    return strcmp(name, strrchr(FILE_PATH, '/') + 1) == 0;
}

static void before_rename(void)
{
    void (*change)(void) = renames < CHANGES ? changes[renames] : NULL;
    renames++;
    if (change)
        change();
}

static void after_rename(void)
{
    if (kill_at > 0 && renames == kill_at)
        _exit(EXIT_SUCCESS);
}

long __wrap_syscall(long number, ...)
{
    long arguments[5];
    va_list list;
    va_start(list, number);
    for (size_t i = 0; i < 5; i++)
        arguments[i] = va_arg(list, long);
    va_end(list);
    bool is_rename = number == SYS_renameat2;
    if (is_rename && rename_error != 0) {
        errno = rename_error;
        return -1;
    }
    is_rename =
        is_rename && (is_file((const char *) arguments[1]) ||   // NOLINT: as the kernel has it
                         is_file((const char *) arguments[3])); // NOLINT
    if (is_rename)
        before_rename();
    long r = __real_syscall(
        number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4]);
    if (is_rename)
        after_rename();
    return r;
}

int __wrap_renameat(int from_directory, const char *from, int to_directory, const char *to)
{
    if (rename_error == 0)
        before_rename();
    return __real_renameat(from_directory, from, to_directory, to);
}

static void edit_in_place(void)
{
    /* Until the clock of the file system has gone on. */
    struct stat before, now;
    const char *path = scratch_path(scratch_now, FILE_PATH);
    check_number("stat", stat(path, &before), 0);
    do {
        scratch_write(scratch_now, FILE_PATH, "odd");
        check_number("stat", stat(path, &now), 0);
    } while (now.st_mtim.tv_sec == before.st_mtim.tv_sec &&
             now.st_mtim.tv_nsec == before.st_mtim.tv_nsec);
}

static void replace_by(const char *text)
{
    scratch_write(scratch_now, "/etc/other", text);
    check_number("rename",
        rename(scratch_path(scratch_now, "/etc/other"), scratch_path(scratch_now, FILE_PATH)), 0);
}

static void replace(void)
{
    replace_by("odd");
}

static void replace_again(void)
{
    replace_by("newest");
}

static void delete (void)
{
    (void) unlink(scratch_path(scratch_now, FILE_PATH));
}

static void make_private(void)
{
    check_number("chmod", chmod(scratch_path(scratch_now, FILE_PATH), 0600), 0);
}

static void link_to_secret(void)
{
    delete ();
    scratch_link(scratch_now, FILE_PATH, "secret");
}

struct row {
    const char *row, *at_first;
    void (*changes[CHANGES])(void);
    const char *then; /* what stands there in the end; NULL: nothing */
};

static void check_row(const struct row *row, bool is_removal)
{
    _cleanup_buffer_ struct buffer content = { 0 };
    struct stat seen = { 0 };
    check_number("append", buffer_append_text(&content, "new"), 0);
    (void) unlink(scratch_path(scratch_now, FILE_PATH));
    scratch_put(scratch_now, FILE_PATH, row->at_first);
    if (row->at_first)
        check_number("stat", stat(scratch_path(scratch_now, FILE_PATH), &seen), 0);
    renames = 0;
    memcpy(changes, row->changes, sizeof(changes));
    int r = is_removal ? atomic_remove(&scratch_now->tree, FILE_PATH, &seen)
                       : atomic_write(&scratch_now->tree, FILE_PATH, &content, 0644, &seen);
    memset(changes, 0, sizeof(changes));
    check_number(row->row, r, row->changes[0] ? -ESTALE : 0);
    scratch_check(scratch_now, FILE_PATH, row->changes[0] ? row->then : is_removal ? NULL : "new");
    scratch_check(scratch_now, TEMPORARY, NULL);
    scratch_check(scratch_now, "/etc/secret", "secret");
}

static void test_race(void **state)
{
    static const struct row rows[] = {
        { "nothing", "old", { NULL }, NULL },
        { "nothing, and none was there", NULL, { NULL }, NULL },
        { "edited in place", "old", { edit_in_place }, "odd" },
        { "replaced", "old", { replace }, "odd" },
        { "replaced twice", "old", { replace, replace_again }, "newest" },
        { "replaced, and deleted", "old", { replace, delete }, NULL },
        { "another mode", "old", { make_private }, "old" },
        { "a link", "old", { link_to_secret }, "secret" },
    };
    scratch_now = *state;
    scratch_write(scratch_now, "/etc/secret", "secret");
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_row(&rows[i], false);
}

static void test_race_new(void **state)
{
    static const struct row rows[] = { { "made meanwhile", NULL, { replace }, "odd" } };
    scratch_now = *state;
    scratch_write(scratch_now, "/etc/secret", "secret");
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_row(&rows[i], false);
}

static void test_race_removal(void **state)
{
    static const struct row rows[] = {
        { "nothing", "old", { NULL }, NULL },
        { "edited in place", "old", { edit_in_place }, "odd" },
        { "replaced", "old", { replace }, "odd" },
        { "replaced twice", "old", { replace, replace_again }, "newest" },
        { "a link", "old", { link_to_secret }, "secret" },
    };
    scratch_now = *state;
    scratch_write(scratch_now, "/etc/secret", "secret");
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_row(&rows[i], true);
}

/* Kernels before 3.15, and file systems that cannot exchange. */
static void test_without_exchange(void **state)
{
    static const struct row rows[] = {
        { "a file", "old", { NULL }, NULL },
        { "none", NULL, { NULL }, NULL },
    };
    static const int errors[] = { EINVAL, ENOSYS };
    scratch_now = *state;
    scratch_write(scratch_now, "/etc/secret", "secret");
    for (size_t i = 0; i < 4 * ELEMENTSOF(errors); i++) {
        rename_error = errors[i / 4];
        check_row(&rows[i % 2], i % 4 >= 2);
    }
    rename_error = 0;
}

/* A run that is killed just behind a rename of the file, and what the next one makes of it. */
struct kill_row {
    const char *row;
    bool is_removal;
    size_t kill_at;
    void (*changes[CHANGES])(void);
    void (*meanwhile)(void); /* before the next run */
    const char *then;        /* what stands there; NULL: nothing */
    const char *told;        /* behind the path; NULL: nothing */
    size_t kept;             /* files beside it */
};

static void run_killed(const struct kill_row *row, const struct stat *seen)
{
    _cleanup_buffer_ struct buffer content = { 0 };
    check_number("append", buffer_append_text(&content, "new"), 0);
    int status = 0, child = fork();
    check_that("fork", child >= 0);
    if (child == 0) {
        renames = 0;
        kill_at = row->kill_at;
        memcpy(changes, row->changes, sizeof(changes));
        if (row->is_removal)
            (void) atomic_remove(&scratch_now->tree, FILE_PATH, seen);
        else
            (void) atomic_write(&scratch_now->tree, FILE_PATH, &content, 0644, seen);
        _exit(EXIT_FAILURE);
    }
    check_number("wait", waitpid(child, &status, 0), child);
    check_number(row->row, status, 0);
}

/* The files beside it; their names are removed from the line about them. */
static size_t count_kept(char *told)
{
    size_t count = 0;
    _cleanup_closedir_ DIR *directory = opendir(scratch_path(scratch_now, "/etc"));
    check_that("opendir", directory != NULL);
    for (const struct dirent *entry; (entry = readdir(directory));)
        if (strncmp(entry->d_name, ".environment.", strlen(".environment.")) == 0) {
            char *name = told ? strstr(told, entry->d_name) : NULL;
            if (name)
                memmove(
                    name, name + strlen(entry->d_name), strlen(name + strlen(entry->d_name)) + 1);
            check_number("unlink", unlinkat(dirfd(directory), entry->d_name, 0), 0);
            count++;
        }
    return count;
}

static void check_kill(const struct kill_row *row)
{
    _cleanup_strings_ struct strings told = { 0 };
    struct stat seen;
    (void) unlink(scratch_path(scratch_now, FILE_PATH));
    scratch_put(scratch_now, FILE_PATH, "old");
    check_number("stat", stat(scratch_path(scratch_now, FILE_PATH), &seen), 0);
    run_killed(row, &seen);
    if (row->meanwhile)
        row->meanwhile();
    /* The run after that one has nothing more to do. */
    for (int i = 0; i < 2; i++) {
        strings_free(&told);
        check_number(row->row, leftover_sweep(&scratch_now->tree, FILE_PATH, &told), 0);
        check_number(row->row, told.count, row->told && (i == 0 || row->kept > 0));
        scratch_check(scratch_now, FILE_PATH, row->then);
        if (i == 0 && told.count > 0) {
            char *line = told.items[0] + strlen(scratch_now->path) + strlen(FILE_PATH);
            if (row->kept == 0)
                check_text(row->row, line, row->told);
        }
    }
    char *line = told.count > 0 ? told.items[0] : NULL;
    check_number(row->row, count_kept(line), row->kept);
    if (line)
        check_text(row->row, line + strlen(scratch_now->path) + strlen(FILE_PATH), row->told);
}

#define BACK ": what another program wrote there, just as a run was killed, is back"
#define KEPT                                                                                       \
    ":  beside it is what another program wrote there, just as a run was killed, and there is "    \
    "something newer now: compare the two, then delete it"

static void test_killed(void **state)
{
    static const struct kill_row rows[] = {
        { "nothing", false, 1, { NULL }, NULL, "new", NULL, 0 },
        { "edited in place", false, 1, { edit_in_place }, NULL, "odd", BACK, 0 },
        { "replaced", false, 1, { replace }, NULL, "odd", BACK, 0 },
        { "replaced, and it is back", false, 2, { replace }, NULL, "odd", NULL, 0 },
        { "replaced twice", false, 2, { replace, replace_again }, NULL, "odd", KEPT, 1 },
        { "replaced, and once more later", false, 1, { replace }, replace_again, "newest", KEPT,
            1 },
        { "replaced, and deleted later", false, 1, { replace }, delete, "odd", BACK, 0 },
        { "a link", false, 1, { link_to_secret }, NULL, "secret", BACK, 0 },
        { "removal: nothing", true, 1, { NULL }, NULL, NULL, NULL, 0 },
        { "removal: edited in place", true, 1, { edit_in_place }, NULL, "odd", BACK, 0 },
        { "removal: replaced", true, 1, { replace }, NULL, "odd", BACK, 0 },
        { "removal: replaced twice", true, 1, { replace }, replace_again, "newest", KEPT, 1 },
    };
    scratch_now = *state;
    scratch_write(scratch_now, "/etc/secret", "secret");
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_kill(&rows[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(test_race),
        scratch_test(test_race_new),
        scratch_test(test_race_removal),
        scratch_test(test_without_exchange),
        scratch_test(test_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
