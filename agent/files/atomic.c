/* SPDX-License-Identifier: MIT */
/* Temporary file in the same directory, fsync, rename, fsync of the directory. The old file is
 * taken out by the same system call that puts the new one in its place, and looked at again before
 * it goes: what another program has written meanwhile is put back. */

#include "files/atomic.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>

#include "files/leftover.h"
#include "files/metadata.h"
#include "files/replacement.h"
#include "files/temporary.h"
#include "lib/array.h"
#include "lib/memory.h"

/* Chooses the first name that is free, once a stale file is gone. */
static int choose_temporary(struct replacement *replacement)
{
    const int directory = replacement->entry.directory;
    int r = -EEXIST;
    for (int number = 0; number < TEMPORARY_NAMES; number++) {
        _cleanup_mem_ char *name = temporary_name(replacement->entry.name, number);
        if (!name)
            return -ENOMEM;
        if (unlinkat(directory, name, 0) == 0 || errno == ENOENT) {
            replacement->temporary = TAKE_PTR(name);
            return 0;
        }
        if (errno == EROFS || errno == ENAMETOOLONG)
            return -errno;
        if (errno != EISDIR)
            r = -errno;
    }
    return r;
}

static int atomic_write_bytes(int fd, const struct buffer *content)
{
    for (size_t done = 0; done < content->size;) {
        ssize_t length = write(fd, content->data + done, content->size - done);
        if (length < 0 && errno != EINTR)
            return -errno;
        if (length > 0)
            done += (size_t) length;
    }
    return 0;
}

static bool is_same_time(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Whether it is the file that was seen, with the same bytes, as far as a file that was renamed
 * since can tell. */
static bool is_as_seen(const struct stat *now, const struct stat *seen)
{
    if (now->st_nlink == 0 || seen->st_nlink == 0)
        return now->st_nlink == seen->st_nlink;
    return is_same_file(now, seen) && now->st_size == seen->st_size &&
           now->st_mode == seen->st_mode && now->st_uid == seen->st_uid &&
           is_same_time(&now->st_mtim, &seen->st_mtim);
}

/* Likewise, and nothing was done to it: rename(2) and chmod(2) set this time. */
static bool is_expected(const struct stat *now, const struct stat *seen)
{
    return is_as_seen(now, seen) && is_same_time(&now->st_ctim, &seen->st_ctim);
}

/* Opens the old file for its metadata; *ret is -1 where there is none. 0; -ESTALE when it is not
 * the one that was expected; or another negative errno. */
static int open_old(const struct tree_entry *entry, const struct stat *expected, int *ret)
{
    struct stat now = { 0 };
    _cleanup_close_ int fd = openat(
        entry->directory, entry->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 && errno != ENOENT)
        return errno == ELOOP ? -ESTALE : -errno; /* a link by now */
    if (fd >= 0 && fstat(fd, &now) < 0)
        return -errno;
    if (!is_expected(&now, expected))
        return -ESTALE;
    *ret = take_fd(&fd);
    return 0;
}

/* Writes the temporary file; *ret_status is what it is then. */
static int write_temporary(struct replacement *replacement, const struct buffer *content,
    mode_t mode, const struct stat *expected, struct stat *ret_status)
{
    const struct tree_entry *entry = &replacement->entry;
    _cleanup_close_ int old = -1, fd = openat(entry->directory, replacement->temporary,
                                      O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    int r = atomic_write_bytes(fd, content);
    if (r == 0)
        r = open_old(entry, expected, &old);
    /* Nobody gives a file away. */
    bool keep_owner =
        !replacement->owner.is_entered || entry->status.st_uid == entry->directory_status.st_uid;
    if (r == 0)
        r = old >= 0 ? metadata_copy(old, fd, keep_owner) : metadata_set(fd, mode);
    if (r < 0)
        return r;
    if (old < 0)
        owner_give(replacement->tree, &entry->directory_status, fd);
    return fsync(fd) < 0 || fstat(fd, ret_status) < 0 ? -errno : 0;
}

/* Whether the kernel or the file system has only the rename that replaces. */
static bool is_unsupported(int r)
{
    return r == -EINVAL || r == -ENOSYS || r == -EOPNOTSUPP;
}

static int check_as_seen(const struct tree_entry *entry, const char *name, const struct stat *seen)
{
    struct stat now = { 0 };
    if (fstatat(entry->directory, name, &now, AT_SYMLINK_NOFOLLOW) < 0 && errno != ENOENT)
        return -errno;
    return is_as_seen(&now, seen) ? 0 : -ESTALE;
}

static int rename_plainly(const struct replacement *replacement, const struct stat *seen)
{
    const struct tree_entry *entry = &replacement->entry;
    int r = seen ? check_as_seen(entry, entry->name, seen) : 0;
    if (r < 0)
        return r;
    return renameat(entry->directory, replacement->temporary, entry->directory, entry->name) < 0
               ? -errno
               : 0;
}

/* The marks of the temporary file and, while it is as it was seen, of the file. */
static int read_marks(
    const struct replacement *replacement, const struct stat *seen, struct temporary_marks *ret)
{
    const struct tree_entry *entry = &replacement->entry;
    struct stat now;
    int r = temporary_mark(entry->directory, entry->name, &ret->seen);
    ret->ours = ret->seen;
    if (r == 0 && replacement->temporary)
        r = temporary_mark(entry->directory, replacement->temporary, &ret->ours);
    if (r < 0)
        return r;
    if (fstatat(entry->directory, entry->name, &now, AT_SYMLINK_NOFOLLOW) < 0)
        return -errno;
    return is_expected(&now, seen) ? 0 : -ESTALE;
}

/* From here on the name says whose bytes it has. 0, or a negative errno with the name as it was. */
static int mark_temporary(struct replacement *replacement, const struct stat *seen)
{
    struct temporary_marks marks;
    int r = read_marks(replacement, seen, &marks);
    if (r < 0)
        return r;
    _cleanup_mem_ char *name = temporary_marked_name(replacement->entry.name, &marks);
    if (!name)
        return -ENOMEM;
    r = replacement_rename(replacement, replacement->temporary, name, RENAME_NOREPLACE);
    if (r < 0)
        return r;
    mem_free(replacement->temporary);
    replacement->temporary = TAKE_PTR(name);
    return 0;
}

/* Puts back what another program has written. Has it replaced the file once more, since, then that
 * one is the newest, and stays. */
static int swap_back(struct replacement *replacement, const struct stat *ours)
{
    const struct tree_entry *entry = &replacement->entry;
    struct stat out;
    int r = replacement_rename(replacement, replacement->temporary, entry->name, RENAME_EXCHANGE);
    /* At least theirs comes back; else it stays under that name for the next run. */
    if (r < 0 && r != -ENOENT &&
        renameat(entry->directory, replacement->temporary, entry->directory, entry->name) < 0) {
        mem_free(replacement->temporary);
        replacement->temporary = NULL;
    }
    if (r == 0 &&
        fstatat(entry->directory, replacement->temporary, &out, AT_SYMLINK_NOFOLLOW) == 0 &&
        !is_same_file(&out, ours))
        (void) replacement_rename(
            replacement, replacement->temporary, entry->name, RENAME_EXCHANGE);
    return -ESTALE;
}

/* The temporary file and the file change their names. As put_in_place(). */
static int exchange(
    struct replacement *replacement, const struct stat *seen, const struct stat *ours)
{
    const struct tree_entry *entry = &replacement->entry;
    int r = mark_temporary(replacement, seen);
    if (r == 0)
        r = replacement_rename(replacement, replacement->temporary, entry->name, RENAME_EXCHANGE);
    if (is_unsupported(r) || r == -ENAMETOOLONG)
        return rename_plainly(replacement, seen);
    if (r < 0)
        return r == -ENOENT || r == -ELOOP ? -ESTALE : r;
    return check_as_seen(entry, replacement->temporary, seen) == 0 ? 0
                                                                   : swap_back(replacement, ours);
}

/* The temporary file becomes the file. 0; -ESTALE when another program has changed it since it was
 * seen; or another negative errno. */
static int put_in_place(
    struct replacement *replacement, const struct stat *seen, const struct stat *ours)
{
    const struct tree_entry *entry = &replacement->entry;
    if (!seen)
        return rename_plainly(replacement, NULL);
    if (seen->st_nlink > 0)
        return exchange(replacement, seen, ours);
    int r = replacement_rename(replacement, replacement->temporary, entry->name, RENAME_NOREPLACE);
    if (is_unsupported(r))
        return rename_plainly(replacement, seen);
    return r == -EEXIST ? -ESTALE : r;
}

/* The temporary file, or the old one by its name; durably: it can have a password. 0 or a negative
 * errno. */
static int discard(const struct replacement *replacement)
{
    const struct tree_entry *entry = &replacement->entry;
    for (int tries = 0; replacement->temporary && tries < 2; tries++) {
        if (unlinkat(entry->directory, replacement->temporary, 0) == 0)
            return fsync(entry->directory) < 0 ? -errno : 0;
        if (errno == ENOENT)
            return 0;
    }
    return 0;
}

int atomic_write(const struct tree *tree, const char *path, const struct buffer *content,
    mode_t mode, const struct stat *seen)
{
    struct stat ours = { 0 };
    _cleanup_replacement_ struct replacement replacement = { .entry = { .directory = -1 } };
    int r = replacement_begin(tree, path, true, &replacement);
    if (r == 0)
        r = choose_temporary(&replacement);
    if (r < 0)
        return r;
    const struct stat *expected = seen ? seen : &replacement.entry.status;
    r = write_temporary(&replacement, content, mode, expected, &ours);
    if (r == 0)
        r = put_in_place(&replacement, seen, &ours);
    if (r == 0 && fsync(replacement.entry.directory) < 0)
        r = -errno;
    int discarded = discard(&replacement);
    return r < 0 ? r : discarded;
}

static int unlink_plainly(const struct tree_entry *entry, const struct stat *seen)
{
    int r = seen ? check_as_seen(entry, entry->name, seen) : 0;
    if (r < 0)
        return r;
    return unlinkat(entry->directory, entry->name, 0) < 0 || fsync(entry->directory) < 0 ? -errno
                                                                                         : 0;
}

/* Under its name again; where there is a newer one by now, the old one goes. */
static void put_back(const struct replacement *replacement)
{
    const struct tree_entry *entry = &replacement->entry;
    int r = -EIO;
    for (int tries = 0; r < 0 && r != -EEXIST && tries < 2; tries++)
        r = replacement_rename(replacement, replacement->temporary, entry->name, RENAME_NOREPLACE);
    if (r == -EEXIST)
        (void) discard(replacement);
}

/* Takes the file out under the name of a temporary one, and looks at it before it goes. */
static int take_out(struct replacement *replacement, const struct stat *seen)
{
    static const int plainly[] = { ENOSPC, EDQUOT, ENAMETOOLONG, EEXIST };
    const struct tree_entry *entry = &replacement->entry;
    struct temporary_marks marks;
    int r = read_marks(replacement, seen, &marks);
    if (r < 0)
        return r == -ENOENT || r == -ELOOP ? -ESTALE : r;
    replacement->temporary = temporary_marked_name(entry->name, &marks);
    if (!replacement->temporary)
        return -ENOMEM;
    r = replacement_rename(replacement, entry->name, replacement->temporary, RENAME_NOREPLACE);
    for (size_t i = 0; i < ELEMENTSOF(plainly); i++)
        if (is_unsupported(r) || r == -plainly[i])
            return unlink_plainly(entry, seen);
    if (r < 0)
        return r;
    r = check_as_seen(entry, replacement->temporary, seen);
    if (r == 0 && fsync(entry->directory) < 0)
        r = -errno;
    if (r == 0)
        return discard(replacement);
    put_back(replacement);
    return r;
}

int atomic_remove(const struct tree *tree, const char *path, const struct stat *seen)
{
    /* What is exchanged was swept before it was seen. */
    _cleanup_strings_ struct strings told = { 0 };
    if (!seen && leftover_sweep(tree, path, &told) < 0)
        return -ENOMEM;
    _cleanup_replacement_ struct replacement replacement = { .entry = { .directory = -1 } };
    int r = replacement_begin(tree, path, false, &replacement);
    if (r < 0)
        return r == -ENOENT ? 0 : r;
    struct tree_entry *entry = &replacement.entry;
    if (seen && !is_expected(&entry->status, seen))
        return -ESTALE;
    if (entry->status.st_nlink > 0)
        r = seen ? take_out(&replacement, seen) : unlink_plainly(entry, NULL);
    return r == -ENOENT ? 0 : r;
}
