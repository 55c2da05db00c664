/* Temporary file in the same directory, fsync, rename, fsync of the directory. */

#include "files/atomic.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/xattr.h>

#include "lib/memory.h"

/* One fixed name per file, so that the stale file of an interrupted run is found again. */
static char *temporary_name(const struct tree_entry *entry)
{
    _cleanup_buffer_ struct buffer name = { 0 };
    return buffer_printf(&name, ".%s.ec2-bootstrap", entry->name) < 0 ? NULL : buffer_take(&name);
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

static int copy_attribute(int from, int to, const char *name)
{
    char value[65536]; /* XATTR_SIZE_MAX */
    ssize_t size = fgetxattr(from, name, value, sizeof(value));
    if (size < 0)
        return errno == ENODATA ? 0 : -errno;
    if (fsetxattr(to, name, value, (size_t) size, 0) == 0)
        return 0;
    /* A security module may label files by itself and forbid it to others. */
    bool same_anyway = strncmp(name, "security.", strlen("security.")) == 0;
    return same_anyway ? 0 : -errno;
}

static int copy_attributes(int from, int to)
{
    char names[65536]; /* XATTR_LIST_MAX */
    ssize_t size = flistxattr(from, names, sizeof(names));
    if (size < 0)
        return errno == ENOTSUP ? 0 : -errno;
    for (const char *name = names; name < names + size; name += strlen(name) + 1) {
        int r = copy_attribute(from, to, name);
        if (r < 0)
            return r;
    }
    return 0;
}

static int copy_metadata(int from, int to)
{
    struct stat old, new;
    if (fstat(from, &old) < 0 || fstat(to, &new) < 0)
        return -errno;
    if (!S_ISREG(old.st_mode))
        return S_ISDIR(old.st_mode) ? -EISDIR : -EINVAL;
    if ((old.st_uid != new.st_uid || old.st_gid != new.st_gid) &&
        fchown(to, old.st_uid, old.st_gid) < 0)
        return -errno;
    int r = copy_attributes(from, to);
    if (r < 0)
        return r;
    return fchmod(to, old.st_mode & 07777) < 0 ? -errno : 0;
}

/* Gives the new file the metadata of the one that it replaces, or `mode` when there is none. */
static int set_metadata(const struct tree_entry *entry, int to, mode_t mode)
{
    _cleanup_close_ int from =
        openat(entry->directory, entry->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (from >= 0)
        return copy_metadata(from, to);
    if (errno != ENOENT)
        return -errno;
    return fchmod(to, mode) < 0 ? -errno : 0;
}

static int write_temporary(const struct tree_entry *entry, const char *temporary,
    const struct buffer *content, mode_t mode)
{
    (void) unlinkat(entry->directory, temporary, 0);
    _cleanup_close_ int fd = openat(
        entry->directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    int r = atomic_write_bytes(fd, content);
    if (r < 0)
        return r;
    r = set_metadata(entry, fd, mode);
    if (r < 0)
        return r;
    return fsync(fd) < 0 ? -errno : 0;
}

static bool is_same_time(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* 0 when the file is as it was seen, else -ESTALE; or another negative errno. */
static int check_unchanged(const struct tree_entry *entry, const struct stat *seen)
{
    struct stat now = { 0 };
    if (!seen)
        return 0;
    if (fstatat(entry->directory, entry->name, &now, AT_SYMLINK_NOFOLLOW) < 0 && errno != ENOENT)
        return -errno;
    bool is_same = now.st_nlink == 0 ? seen->st_nlink == 0
                                     : now.st_dev == seen->st_dev && now.st_ino == seen->st_ino &&
                                           now.st_size == seen->st_size &&
                                           is_same_time(&now.st_mtim, &seen->st_mtim) &&
                                           is_same_time(&now.st_ctim, &seen->st_ctim);
    return is_same ? 0 : -ESTALE;
}

int atomic_write(const struct tree *tree, const char *path, const struct buffer *content,
    mode_t mode, const struct stat *seen)
{
    _cleanup_tree_entry_ struct tree_entry entry = { .directory = -1 };
    int r = tree_resolve(tree, path, true, &entry);
    if (r < 0)
        return r;
    _cleanup_mem_ char *temporary = temporary_name(&entry);
    if (!temporary)
        return -ENOMEM;
    r = write_temporary(&entry, temporary, content, mode);
    if (r == 0)
        r = check_unchanged(&entry, seen);
    if (r == 0 && renameat(entry.directory, temporary, entry.directory, entry.name) < 0)
        r = -errno;
    if (r < 0) {
        (void) unlinkat(entry.directory, temporary, 0);
        return r;
    }
    return fsync(entry.directory) < 0 ? -errno : 0;
}

int atomic_remove(const struct tree *tree, const char *path, const struct stat *seen)
{
    atomic_remove_leftover(tree, path);
    _cleanup_tree_entry_ struct tree_entry entry = { .directory = -1 };
    int r = tree_resolve(tree, path, false, &entry);
    if (r < 0)
        return r == -ENOENT ? 0 : r;
    r = check_unchanged(&entry, seen);
    if (r < 0)
        return r;
    if (unlinkat(entry.directory, entry.name, 0) < 0)
        return errno == ENOENT ? 0 : -errno;
    return fsync(entry.directory) < 0 ? -errno : 0;
}

void atomic_remove_leftover(const struct tree *tree, const char *path)
{
    _cleanup_tree_entry_ struct tree_entry entry = { .directory = -1 };
    if (tree_resolve(tree, path, false, &entry) < 0)
        return;
    _cleanup_mem_ char *temporary = temporary_name(&entry);
    if (temporary)
        (void) unlinkat(entry.directory, temporary, 0);
}
