/* SPDX-License-Identifier: MIT */
/* A run that is killed, or a program that fails, leaves the mark, and the next run makes up for it.
 */

#include "trust/own.h"

#include <errno.h>

#include "files/atomic.h"
#include "files/leftover.h"
#include "files/paths.h"
#include "lib/lines.h"

enum { MARK_SIZE_MAX = 64 * 1024 };

static int own_append_all(const struct ca_file *file, struct buffer *ret)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < file->count; i++)
        r = ca_file_append(&file->items[i], ret);
    return r;
}

int trust_own_is_right(const struct tree *tree, const struct ca_file *file)
{
    _cleanup_buffer_ struct buffer wanted = { 0 }, there = { 0 };
    if (file->count == 0) {
        int found = tree_exists(tree, PATH_CA_DIRECTORY);
        return found < 0 ? found : !found;
    }
    if (own_append_all(file, &wanted) < 0)
        return -ENOMEM;
    int r = tree_read(tree, PATH_CA_FILE, CA_FILE_SIZE_MAX, &there, NULL);
    if (r < 0 && r != -ENOENT)
        return r == -EFBIG ? 0 : r;
    return r == 0 && buffer_equal(&wanted, &there);
}

/* Removes the directory, if nothing is left in it. */
static int remove_directory_if_empty(const struct tree *tree)
{
    int r = tree_remove_directory(tree, PATH_CA_DIRECTORY);
    return r == -ENOTEMPTY || r == -EEXIST || r == -ENOENT ? 0 : r;
}

static int remove_own(const struct tree *tree, const char *path)
{
    int r = atomic_remove(tree, path, NULL);
    return r < 0 ? r : remove_directory_if_empty(tree);
}

static int write_own(const struct tree *tree, const char *path, const struct buffer *bytes)
{
    int r = tree_make_directory(tree, PATH_CA_DIRECTORY);
    return r < 0 ? r : atomic_write(tree, path, bytes, 0644, NULL);
}

int trust_own_write(const struct tree *tree, const struct ca_file *file)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    if (own_append_all(file, &bytes) < 0)
        return -ENOMEM;
    return bytes.size == 0 ? remove_own(tree, PATH_CA_FILE) : write_own(tree, PATH_CA_FILE, &bytes);
}

int trust_mark_read(const struct tree *tree, struct strings *names)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    int r = tree_read(tree, PATH_CA_MARK, MARK_SIZE_MAX, &bytes, NULL);
    if (r < 0)
        return r == -ENOENT ? 0 : r;
    for (struct line line = { 0 }; r == 0 && line_next(&bytes, &line);)
        r = strings_append_n(names, line.text, line.length);
    return r < 0 ? r : 1;
}

int trust_mark_write(const struct tree *tree, const struct strings *names)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    int r = 0;
    for (size_t i = 0; r == 0 && i < names->count; i++)
        r = buffer_printf(&bytes, "%s\n", names->items[i]);
    return r < 0 ? r : write_own(tree, PATH_CA_MARK, &bytes);
}

int trust_mark_clear(const struct tree *tree)
{
    return remove_own(tree, PATH_CA_MARK);
}

int trust_own_sweep(const struct tree *tree, struct strings *told)
{
    int r = leftover_sweep(tree, PATH_CA_FILE, told);
    if (r == 0)
        r = leftover_sweep(tree, PATH_CA_MARK, told);
    return r;
}
