/* SPDX-License-Identifier: MIT */
/* Files of others: limits, order, precedence of directories. */

#include "overrides/place.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "files/answer.h"
#include "lib/memory.h"

enum {
    PLACE_MAX = 1 << 20,   /* bytes of a file */
    PLACE_NAMES_MAX = 2000 /* files of a directory */
};

/* Only looks: opening a device can do something, such as start a watchdog. */
static int place_look(const struct tree *tree, const char *path, int flags, struct stat *ret)
{
    _cleanup_close_ int fd = tree_open_path(tree, path, O_PATH | flags);
    if (fd < 0)
        return file_answer(fd);
    return fstat(fd, ret) < 0 ? -errno : S_ISREG(ret->st_mode);
}

int place_exists(const struct tree *tree, const char *path)
{
    return file_answer(tree_exists(tree, path));
}

int place_read_public(const struct tree *tree, const char *path, struct buffer *ret)
{
    struct stat status = { 0 };
    int r = place_look(tree, path, 0, &status);
    bool is_public = r > 0 && ((status.st_mode & S_IROTH) != 0 || status.st_uid != 0);
    return is_public ? place_read(tree, path, ret) : r < 0 ? r : 0;
}

int place_read(const struct tree *tree, const char *path, struct buffer *ret)
{
    struct stat status = { 0 };
    int r = place_look(tree, path, 0, &status);
    if (r <= 0)
        return r;
    r = tree_read(tree, path, PLACE_MAX, ret, NULL);
    if (r == 0 && (ret->size == 0 || !memchr(ret->data, '\0', ret->size)))
        return 1;
    buffer_free(ret);
    return file_answer(r);
}

int place_is_masked(const struct tree *tree, const char *path)
{
    struct stat status = { 0 };
    int r = tree_is_masked(tree, path);
    if (r != 0)
        return r;
    r = place_look(tree, path, O_NOFOLLOW, &status);
    return r > 0 ? status.st_size == 0 : r;
}

static int place_compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

int place_list(
    const struct tree *tree, const char *directory, const char *suffix, struct strings *names)
{
    _cleanup_strings_ struct strings found = { 0 };
    int r = tree_list(tree, directory, suffix, &found);
    if (file_answer(r) < 0)
        return r;
    if (found.count > 1)
        qsort(found.items, found.count, sizeof(*found.items), place_compare_names);
    r = 0;
    for (size_t i = 0; r == 0 && i < found.count && i < PLACE_NAMES_MAX; i++)
        r = strings_append(names, found.items[i]);
    return r;
}

/* Appends the path of a name in the directory, of those named first, that has it. */
static int place_append_first(const struct tree *tree, const char *const *directories,
    const char *name, struct strings *paths)
{
    for (size_t i = 0; directories[i]; i++) {
        _cleanup_buffer_ struct buffer path = { 0 };
        if (buffer_printf(&path, "%s/%s", directories[i], name) < 0)
            return -ENOMEM;
        _cleanup_close_ int fd = tree_open_path(tree, path.data, O_PATH | O_NOFOLLOW);
        if (fd >= 0)
            return strings_append(paths, path.data);
        if (!file_failure_is_answer(fd))
            return fd;
    }
    return 0;
}

int place_merge(const struct tree *tree, const char *const *directories, const char *suffix,
    struct strings *paths)
{
    _cleanup_strings_ struct strings names = { 0 };
    int r = 0;
    for (size_t i = 0; r == 0 && directories[i]; i++)
        r = place_list(tree, directories[i], suffix, &names);
    if (names.count > 1)
        qsort(names.items, names.count, sizeof(*names.items), place_compare_names);
    for (size_t i = 0; r == 0 && i < names.count; i++) {
        if (i > 0 && strcmp(names.items[i], names.items[i - 1]) == 0)
            continue;
        r = place_append_first(tree, directories, names.items[i], paths);
    }
    return r;
}

int place_homes(const struct tree *tree, struct strings *paths)
{
    _cleanup_strings_ struct strings names = { 0 };
    int r = place_list(tree, "/home", "", &names);
    if (r == 0)
        r = strings_append(paths, "/root");
    for (size_t i = 0; r == 0 && i < names.count; i++)
        r = strings_printf(paths, "/home/%s", names.items[i]);
    return r;
}
