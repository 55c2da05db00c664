/* SPDX-License-Identifier: MIT */
#pragma once

/* A scratch directory that stands for the root of a machine, and goes when the test is over. */

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "files/tree.h"
#include "lib/buffer.h"

struct scratch {
    char path[256];
    struct tree tree;
};

static inline int scratch_remove_one(
    const char *path, const struct stat *status, int type, struct FTW *position)
{
    (void) status;
    (void) type;
    (void) position;
    return remove(path);
}

/* A test's setup and teardown; *state is the struct scratch. */
static inline int scratch_setup(void **state)
{
    struct scratch *scratch = calloc(1, sizeof(*scratch));
    const char *parent = getenv("TMPDIR");
    if (!scratch)
        return -1;
    (void) snprintf(scratch->path, sizeof(scratch->path), "%s/unit.XXXXXX",
        parent && *parent ? parent : "/tmp");
    struct error err;
    if (!mkdtemp(scratch->path) || chmod(scratch->path, 0755) < 0 ||
        tree_open(scratch->path, &scratch->tree, &err) < 0) {
        free(scratch);
        return -1;
    }
    *state = scratch;
    return 0;
}

static inline int scratch_teardown(void **state)
{
    struct scratch *scratch = *state;
    tree_close(&scratch->tree);
    int r = nftw(scratch->path, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(scratch);
    return r;
}

/* The path of the running system for one in the scratch directory; good until the next call but
 * three. */
static inline const char *scratch_path(const struct scratch *scratch, const char *path)
{
    static char paths[4][PATH_MAX];
    static unsigned int next;
    char *ret = paths[next++ % 4];
    (void) snprintf(ret, PATH_MAX, "%s%s", scratch->path, path);
    return ret;
}

/* Makes the directories above a path. */
static inline void scratch_make_parents(const struct scratch *scratch, const char *path)
{
    char partial[PATH_MAX];
    (void) snprintf(partial, sizeof(partial), "%s", scratch_path(scratch, path));
    for (char *p = partial + strlen(scratch->path) + 1; (p = strchr(p, '/')); p++) {
        *p = '\0';
        check_that(partial, mkdir(partial, 0755) == 0 || errno == EEXIST);
        *p = '/';
    }
}

static inline void scratch_write_bytes(
    const struct scratch *scratch, const char *path, const void *bytes, size_t size)
{
    scratch_make_parents(scratch, path);
    FILE *file = fopen(scratch_path(scratch, path), "we");
    check_that(path, file != NULL);
    if (size > 0)
        check_number(path, fwrite(bytes, 1, size, file), size);
    check_number(path, fclose(file), 0);
}

static inline void scratch_write(const struct scratch *scratch, const char *path, const char *text)
{
    scratch_write_bytes(scratch, path, text, strlen(text));
}

/* Likewise, nothing for NULL: for rows of tables. */
static inline void scratch_put(const struct scratch *scratch, const char *path, const char *text)
{
    if (text)
        scratch_write(scratch, path, text);
}

static inline void scratch_link(const struct scratch *scratch, const char *path, const char *target)
{
    scratch_make_parents(scratch, path);
    check_number(path, symlink(target, scratch_path(scratch, path)), 0);
}

/* Compares a whole file; with NULL it must not be there. */
static inline void scratch_check(
    const struct scratch *scratch, const char *path, const char *expected)
{
    char text[65536];
    FILE *file = fopen(scratch_path(scratch, path), "re");
    if (!file) {
        check_text(path, NULL, expected);
        return;
    }
    size_t size = fread(text, 1, sizeof(text), file);
    (void) fclose(file);
    if (!expected)
        check_text(path, "a file", NULL);
    else
        check_bytes(path, text, size, expected, strlen(expected));
}

/* As cmocka_unit_test(), each with a scratch directory of its own. */
#define scratch_test(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)
