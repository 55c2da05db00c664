/* agent/files/atomic.c: what another program does in the last moment, between the look at the file
 * and the system call that replaces it, is not lost. */

#include "files/atomic.h"

#include <linux/fs.h>
#include <stdarg.h>
#include <sys/syscall.h>

#include "scratch.h"

#define FILE_PATH "/etc/environment"
#define TEMPORARY "/etc/.environment.ec2-bootstrap"

enum { CHANGES = 2 };

static const struct scratch *scratch_now;
static void (*changes[CHANGES])(void); /* before each rename(2) of the agent's; NULL: none */
static size_t renames;
static int rename_error; /* what the kernel says to what only Linux has; 0: it is asked */

long __real_syscall(long number, long a, long b, long c, long d, long e);
long __wrap_syscall(long number, ...);
int __real_renameat(int from_directory, const char *from, int to_directory, const char *to);
int __wrap_renameat(int from_directory, const char *from, int to_directory, const char *to);

static void before_rename(void)
{
    void (*change)(void) = renames < CHANGES ? changes[renames] : NULL;
    renames++;
    if (change)
        change();
}

long __wrap_syscall(long number, ...)
{
    long arguments[5];
    va_list list;
    va_start(list, number);
    for (size_t i = 0; i < 5; i++)
        arguments[i] = va_arg(list, long);
    va_end(list);
    if (number == SYS_renameat2 && rename_error != 0) {
        errno = rename_error;
        return -1;
    }
    if (number == SYS_renameat2)
        before_rename();
    return __real_syscall(
        number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4]);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(test_race),
        scratch_test(test_race_new),
        scratch_test(test_race_removal),
        scratch_test(test_without_exchange),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
