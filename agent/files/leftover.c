/* SPDX-License-Identifier: MIT */
/* Between the exchange of two files and the look at the one that came out, another program's bytes
 * can stand under the name of our temporary file: what is killed there has not lost them. */

#include "files/leftover.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>

#include "files/known.h"
#include "files/replacement.h"
#include "files/temporary.h"
#include "lib/memory.h"

static bool has_mark(const struct replacement *replacement, const char *name, uint64_t mark)
{
    uint64_t now;
    return temporary_mark(replacement->entry.directory, name, &now) == 0 && now == mark;
}

static bool leftover_exists(const struct replacement *replacement, const char *name)
{
    struct stat status;
    return fstatat(replacement->entry.directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

static void remove_name(const struct replacement *replacement, const char *name)
{
    (void) unlinkat(replacement->entry.directory, name, 0);
}

/* Brings the bytes of another program back to the file. False where it is not ours any more: then
 * it is the newest. */
static bool bring_back(
    const struct replacement *replacement, const char *name, const struct temporary_marks *marks)
{
    const char *file = replacement->entry.name;
    if (!leftover_exists(replacement, file))
        return replacement_rename(replacement, name, file, RENAME_NOREPLACE) == 0;
    if (!has_mark(replacement, file, marks->ours) ||
        replacement_rename(replacement, name, file, RENAME_EXCHANGE) < 0)
        return false;
    if (has_mark(replacement, name, marks->ours)) {
        remove_name(replacement, name);
        return true;
    }
    (void) replacement_rename(replacement, name, file, RENAME_EXCHANGE);
    return false;
}

static int settle(const struct replacement *replacement, const char *name,
    const struct temporary_marks *marks, const char *shown, struct strings *told)
{
    if (has_mark(replacement, name, marks->ours) || has_mark(replacement, name, marks->seen)) {
        remove_name(replacement, name);
        return 0;
    }
    if (bring_back(replacement, name, marks))
        return strings_printf(told,
            "%s: what another program wrote there while a run was interrupted is restored", shown);
    return strings_printf(told,
        "%s: %s beside it is what another program wrote there while a run was interrupted, and the "
        "file is newer: compare the two, then delete that one",
        shown, name);
}

static bool is_leftover(const char *name, const char *file)
{
    struct temporary_marks marks;
    return temporary_is_fixed(name, file) || temporary_read_marks(name, file, &marks);
}

/* The names first: the directory changes while they are settled. */
static int list_leftovers(const struct replacement *replacement, struct strings *ret)
{
    const struct stat *status = &replacement->entry.directory_status;
    if (known_is_clean(replacement->tree, status))
        return 0;
    _cleanup_close_ int fd =
        openat(replacement->entry.directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    _cleanup_closedir_ DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
    if (!directory)
        return 0;
    (void) take_fd(&fd);
    bool is_clean = true;
    int r = 0;
    for (const struct dirent *entry; r == 0 && (errno = 0, entry = readdir(directory));) {
        is_clean &= !temporary_is_any(entry->d_name);
        if (is_leftover(entry->d_name, replacement->entry.name))
            r = strings_append(ret, entry->d_name);
    }
    if (r == 0 && errno == 0 && is_clean)
        known_note_clean(replacement->tree, status);
    return r;
}

int leftover_sweep(const struct tree *tree, const char *path, struct strings *told)
{
    _cleanup_replacement_ struct replacement replacement = { .entry = { .directory = -1 } };
    _cleanup_strings_ struct strings names = { 0 };
    _cleanup_buffer_ struct buffer shown = { 0 };
    if (replacement_begin(tree, path, false, &replacement) < 0)
        return 0;
    int r = buffer_printf(&shown, "%s%s", tree->path, path);
    if (r == 0)
        r = list_leftovers(&replacement, &names);
    for (size_t i = 0; r == 0 && i < names.count; i++) {
        struct temporary_marks marks;
        if (temporary_read_marks(names.items[i], replacement.entry.name, &marks))
            r = settle(&replacement, names.items[i], &marks, shown.data, told);
        else
            remove_name(&replacement, names.items[i]);
    }
    return r;
}
