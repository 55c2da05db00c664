/* SPDX-License-Identifier: MIT */
#pragma once

/* What another program does to a file just before the agent renames it, or looks at its bytes. */

#include <dirent.h>
#include <linux/fs.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/syscall.h>

#include "files/temporary.h"
#include "scratch.h"

#define FILE_PATH "/etc/environment"
#define TEMPORARY "/etc/.environment.ec2-bootstrap"

enum { CHANGES = 2 };

static const struct scratch *scratch_now;
static void (*changes[CHANGES])(void); /* before each rename(2) of the file; NULL: none */
static size_t renames;
static size_t kill_at;    /* the agent is killed behind that one, from 1; 0: it is not */
static int rename_error;  /* what the kernel says to what only Linux has; 0: it is asked */
static size_t error_from; /* from which of them on it says so */
/* Before, or behind, the look at the bytes of the file; NULL: nothing. */
static void (*mark_change)(void);
static bool is_behind_mark;

long __real_syscall(long number, long a, long b, long c, long d, long e);
long __wrap_syscall(long number, ...);
int __real_renameat(int from_directory, const char *from, int to_directory, const char *to);
int __wrap_renameat(int from_directory, const char *from, int to_directory, const char *to);
int __real_temporary_mark(int directory, const char *name, uint64_t *ret);
int __wrap_temporary_mark(int directory, const char *name, uint64_t *ret);

static inline bool is_file(const char *name)
{
    return strcmp(name, strrchr(FILE_PATH, '/') + 1) == 0;
}

static inline void before_rename(void)
{
    void (*change)(void) = renames < CHANGES ? changes[renames] : NULL;
    renames++;
    if (change)
        change();
}

static inline void after_rename(void)
{
    if (kill_at > 0 && renames == kill_at)
        (void) raise(SIGKILL);
}

long __wrap_syscall(long number, ...)
{
    long arguments[5];
    va_list list;
    va_start(list, number);
    for (size_t i = 0; i < 5; i++)
        arguments[i] = va_arg(list, long);
    va_end(list);
    bool is_rename = number == SYS_renameat2 &&
                     (is_file((const char *) arguments[1]) ||   // NOLINT: as the kernel has it
                         is_file((const char *) arguments[3])); // NOLINT
    if (is_rename)
        before_rename();
    if (number == SYS_renameat2 && rename_error != 0 && renames >= error_from) {
        errno = rename_error;
        return -1;
    }
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

int __wrap_temporary_mark(int directory, const char *name, uint64_t *ret)
{
    void (*change)(void) = is_file(name) ? mark_change : NULL;
    if (change)
        mark_change = NULL;
    if (change && !is_behind_mark)
        change();
    int r = __real_temporary_mark(directory, name, ret);
    if (change && is_behind_mark)
        change();
    return r;
}

static inline void edit_in_place(void)
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

static inline void replace_by(const char *text)
{
    scratch_write(scratch_now, "/etc/other", text);
    check_number("rename",
        rename(scratch_path(scratch_now, "/etc/other"), scratch_path(scratch_now, FILE_PATH)), 0);
}

static inline void replace(void)
{
    replace_by("odd");
}

static inline void replace_again(void)
{
    replace_by("newest");
}

static inline void delete (void)
{
    (void) unlink(scratch_path(scratch_now, FILE_PATH));
}

static inline void make_private(void)
{
    check_number("chmod", chmod(scratch_path(scratch_now, FILE_PATH), 0600), 0);
}

static inline void link_to_secret(void)
{
    delete ();
    scratch_link(scratch_now, FILE_PATH, "secret");
}

static inline void make_directory(void)
{
    delete ();
    check_number("mkdir", mkdir(scratch_path(scratch_now, FILE_PATH), 0755), 0);
}

/* The files beside it; their names are removed from the line about them. */
static inline size_t count_kept(char *told)
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
