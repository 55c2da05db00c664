/* Temporary file in the same directory, fsync, rename, fsync of the directory. The old file is
 * taken out by the same system call that puts the new one in its place, and looked at again before
 * it goes: what another program has written meanwhile is put back. */

#include "files/atomic.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "files/metadata.h"
#include "files/owner.h"
#include "lib/array.h"
#include "lib/memory.h"

enum { NAMES = 10 /* of temporary files: something else can have one */ };

/* A file while it is replaced or removed. */
struct replacement {
    struct tree_entry entry;
    struct owner owner;
    char *temporary; /* the name of the temporary file */
};

static void replacement_end(struct replacement *replacement)
{
    owner_leave(&replacement->owner);
    tree_entry_free(&replacement->entry);
    mem_free(replacement->temporary);
}

#define _cleanup_replacement_ _cleanup_(replacement_end)

static int replacement_begin(
    const struct tree *tree, const char *path, bool create, struct replacement *ret)
{
    *ret = (struct replacement){ .entry = { .directory = -1 } };
    int r = tree_resolve(tree, path, create, &ret->entry);
    if (r < 0)
        return r;
    const struct stat *directory = &ret->entry.directory_status, *old = &ret->entry.status;
    bool is_his = old->st_nlink > 0 && old->st_uid == directory->st_uid;
    return owner_enter(tree, directory, is_his ? old : NULL, &ret->owner);
}

/* A few fixed names per file, so that the stale file of an interrupted run is found again. */
static char *temporary_name(const struct tree_entry *entry, int number)
{
    _cleanup_buffer_ struct buffer name = { 0 };
    int r = buffer_printf(&name, ".%s.ec2-bootstrap", entry->name);
    if (r == 0 && number > 0)
        r = buffer_printf(&name, ".%d", number);
    return r < 0 ? NULL : buffer_take(&name);
}

/* Chooses the first name that is free, once a stale file is gone. */
static int choose_temporary(struct replacement *replacement)
{
    const int directory = replacement->entry.directory;
    int r = -EEXIST;
    for (int number = 0; number < NAMES; number++) {
        _cleanup_mem_ char *name = temporary_name(&replacement->entry, number);
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
    return fsync(fd) < 0 || fstat(fd, ret_status) < 0 ? -errno : 0;
}

static int rename_with(
    const struct tree_entry *entry, const char *from, const char *to, unsigned int flags)
{
    long r = syscall(SYS_renameat2, entry->directory, from, entry->directory, to, flags);
    return r < 0 ? -errno : 0;
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

/* Puts back what another program has written. Has it replaced the file once more, since, then that
 * one is the newest, and stays. */
static int swap_back(const struct replacement *replacement, const struct stat *ours)
{
    const struct tree_entry *entry = &replacement->entry;
    struct stat out;
    int r = rename_with(entry, replacement->temporary, entry->name, RENAME_EXCHANGE);
    if (r < 0 && r != -ENOENT) /* at least theirs comes back */
        (void) renameat(entry->directory, replacement->temporary, entry->directory, entry->name);
    if (r == 0 &&
        fstatat(entry->directory, replacement->temporary, &out, AT_SYMLINK_NOFOLLOW) == 0 &&
        !is_same_file(&out, ours))
        (void) rename_with(entry, replacement->temporary, entry->name, RENAME_EXCHANGE);
    return -ESTALE;
}

/* The temporary file becomes the file. 0; -ESTALE when another program has changed it since it was
 * seen; or another negative errno. */
static int put_in_place(
    const struct replacement *replacement, const struct stat *seen, const struct stat *ours)
{
    const struct tree_entry *entry = &replacement->entry;
    if (!seen)
        return rename_plainly(replacement, NULL);
    bool is_new = seen->st_nlink == 0;
    int r = rename_with(
        entry, replacement->temporary, entry->name, is_new ? RENAME_NOREPLACE : RENAME_EXCHANGE);
    if (is_unsupported(r))
        return rename_plainly(replacement, seen);
    if (r < 0)
        return r == (is_new ? -EEXIST : -ENOENT) ? -ESTALE : r;
    if (is_new || check_as_seen(entry, replacement->temporary, seen) == 0)
        return 0;
    return swap_back(replacement, ours);
}

/* The temporary file, or the old one by its name. */
static void discard(const struct replacement *replacement)
{
    const struct tree_entry *entry = &replacement->entry;
    for (int tries = 0; tries < 2; tries++)
        if (unlinkat(entry->directory, replacement->temporary, 0) == 0 || errno == ENOENT)
            return;
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
    discard(&replacement);
    return r;
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
        r = rename_with(entry, replacement->temporary, entry->name, RENAME_NOREPLACE);
    if (r == -EEXIST)
        discard(replacement);
}

/* Takes the file out under the name of the temporary one, and looks at it before it goes. */
static int take_out(struct replacement *replacement, const struct stat *seen)
{
    static const int plainly[] = { ENOSPC, EDQUOT, ENAMETOOLONG, EEXIST };
    const struct tree_entry *entry = &replacement->entry;
    int r = choose_temporary(replacement);
    if (r == 0)
        r = rename_with(entry, entry->name, replacement->temporary, RENAME_NOREPLACE);
    for (size_t i = 0; i < ELEMENTSOF(plainly); i++)
        if (is_unsupported(r) || r == -plainly[i])
            return unlink_plainly(entry, seen);
    if (r < 0)
        return r;
    r = check_as_seen(entry, replacement->temporary, seen);
    if (r == 0 && fsync(entry->directory) < 0)
        r = -errno;
    if (r < 0)
        put_back(replacement);
    else
        discard(replacement);
    return r;
}

int atomic_remove(const struct tree *tree, const char *path, const struct stat *seen)
{
    atomic_remove_leftover(tree, path);
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

void atomic_remove_leftover(const struct tree *tree, const char *path)
{
    struct stat status;
    _cleanup_replacement_ struct replacement replacement = { .entry = { .directory = -1 } };
    if (replacement_begin(tree, path, false, &replacement) < 0)
        return;
    const int directory = replacement.entry.directory;
    for (int number = 0; number < NAMES; number++) {
        _cleanup_mem_ char *name = temporary_name(&replacement.entry, number);
        if (name && fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0)
            (void) unlinkat(directory, name, 0);
    }
}
