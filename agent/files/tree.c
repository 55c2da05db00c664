/* SPDX-License-Identifier: MIT */
/* The agent writes as root in trees that others have filled: a path must not lead out of the tree,
 * nor where another user wants it to, whatever links are in it. */

#include "files/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "files/answer.h"
#include "files/chase.h"
#include "files/known.h"
#include "files/owner.h"
#include "lib/memory.h"

enum { OPEN_TRIES = 100 };

/* Whether it is the root of the running machine, by whatever path. */
static bool is_machine(int fd)
{
    struct stat root, machine;
    return fstat(fd, &root) == 0 && stat("/", &machine) == 0 && root.st_dev == machine.st_dev &&
           root.st_ino == machine.st_ino;
}

int tree_open(const char *root, struct tree *ret, struct error *err)
{
    size_t length = strlen(root);
    while (length > 0 && root[length - 1] == '/')
        length--;
    int fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        int saved = errno;
        return error_set(err, file_failure_is_answer(-saved) ? EX_USAGE : error_file_status(-saved),
            -saved, "--root %s: %s", root, strerror(saved));
    }
    struct stat status = { 0 };
    (void) fstat(fd, &status);
    char *path = mem_strndup(root, is_machine(fd) ? 0 : length);
    if (!path) {
        (void) close(fd);
        return error_no_memory(err);
    }
    *ret = (struct tree){ .fd = fd, .path = path, .owner = status.st_uid, .group = status.st_gid };
    return 0;
}

void tree_close(struct tree *tree)
{
    tree_release_directories(tree);
    cleanup_close(&tree->fd);
    mem_free(tree->path);
    *tree = (struct tree){ .fd = -1 };
}

/* Opens the end of a path for more than to look at it. -EAGAIN: it is another one now. */
static int open_end(const struct tree *tree, const struct chase_end *end, int flags)
{
    struct stat status;
    _cleanup_close_ int fd = owner_open(
        tree, end->directory, &end->directory_status, end->name, flags | O_NOFOLLOW | O_NOCTTY);
    if (fd < 0)
        return fd == -ENOENT || fd == -ELOOP ? -EAGAIN : fd;
    if (fstat(fd, &status) < 0)
        return -errno;
    bool is_same = status.st_dev == end->status.st_dev && status.st_ino == end->status.st_ino;
    return is_same ? take_fd(&fd) : -EAGAIN;
}

static int open_once(const struct tree *tree, const char *path, int flags, int steps)
{
    _cleanup_chase_end_ struct chase_end end;
    int r = chase(tree, path, steps | ((flags & O_NOFOLLOW) != 0 ? CHASE_NOFOLLOW : 0), &end);
    if (r < 0)
        return r;
    if (end.status.st_nlink == 0)
        return -ENOENT;
    if ((flags & O_DIRECTORY) != 0 && !S_ISDIR(end.status.st_mode))
        return -ENOTDIR;
    if (S_ISLNK(end.status.st_mode) && (flags & O_PATH) == 0)
        return -ELOOP;
    return (flags & O_PATH) != 0 && end.entry >= 0 ? take_fd(&end.entry)
                                                   : open_end(tree, &end, flags);
}

static int open_by(const struct tree *tree, const char *path, int flags, int steps)
{
    int fd = -EAGAIN;
    for (int tries = 0; fd == -EAGAIN && tries < OPEN_TRIES; tries++)
        fd = open_once(tree, path, flags, steps);
    return fd;
}

int tree_open_path(const struct tree *tree, const char *path, int flags)
{
    return open_by(tree, path, flags, 0);
}

int tree_open_searched(const struct tree *tree, const char *path, int flags)
{
    return open_by(tree, path, flags, CHASE_ANY_STEP);
}

int tree_exists(const struct tree *tree, const char *path)
{
    _cleanup_chase_end_ struct chase_end end;
    int r = chase(tree, path, CHASE_ANY_STEP, &end);
    if (r == 0)
        return end.status.st_nlink > 0;
    return r == -ENOENT || r == -ENOTDIR || r == -ELOOP ? 0 : r;
}

int tree_is_masked(const struct tree *tree, const char *path)
{
    char target[PATH_MAX];
    _cleanup_close_ int fd = tree_open_path(tree, path, O_PATH | O_NOFOLLOW);
    if (fd < 0)
        return file_answer(fd);
    ssize_t length = readlinkat(fd, "", target, sizeof(target) - 1);
    if (length < 0) /* ENOENT: it is no link */
        return file_answer(-errno);
    target[length] = '\0';
    const char *rest = target;
    while (strncmp(rest, "../", 3) == 0)
        rest += 3;
    if (rest == target && *rest++ != '/')
        return 0;
    return strcmp(rest, "dev/null") == 0;
}

static int read_all(int fd, size_t max, struct buffer *ret)
{
    enum { CHUNK = 16384 };
    _cleanup_mem_ char *chunk = mem_alloc(CHUNK);
    if (!chunk)
        return -ENOMEM;
    for (;;) {
        ssize_t length = read(fd, chunk, CHUNK);
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return -errno;
        if ((size_t) length > max - ret->size)
            return -EFBIG;
        int r = buffer_append(ret, chunk, (size_t) length);
        if (r < 0 || length == 0)
            return r;
    }
}

static int read_regular(int fd, size_t max, struct buffer *ret, struct stat *ret_status)
{
    if (fstat(fd, ret_status) < 0)
        return -errno;
    if (!S_ISREG(ret_status->st_mode))
        return S_ISDIR(ret_status->st_mode) ? -EISDIR : -EINVAL;
    return read_all(fd, max, ret);
}

int tree_read(const struct tree *tree, const char *path, size_t max, struct buffer *ret,
    struct stat *ret_stat)
{
    struct stat status;
    /* O_NONBLOCK: a FIFO in the way must not hang the boot. */
    _cleanup_close_ int fd = tree_open_path(tree, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    int r = fd < 0 ? fd : read_regular(fd, max, ret, &status);
    if (r == 0 && ret_stat)
        *ret_stat = status;
    return r;
}

int tree_read_searched(const struct tree *tree, const char *path, size_t max, struct buffer *ret)
{
    struct stat status;
    char link[64];
    /* To open a device can be to use it. */
    _cleanup_close_ int found = tree_open_searched(tree, path, O_PATH);
    if (found < 0)
        return found;
    if (fstat(found, &status) < 0)
        return -errno;
    if (!S_ISREG(status.st_mode))
        return -EINVAL;
    (void) snprintf(link, sizeof(link), "/proc/self/fd/%d", found);
    _cleanup_close_ int fd = open(link, O_RDONLY | O_CLOEXEC);
    return fd < 0 ? -errno : read_regular(fd, max, ret, &status);
}

int tree_list(const struct tree *tree, const char *path, const char *suffix, struct strings *names)
{
    _cleanup_close_ int fd = tree_open_path(tree, path, O_RDONLY | O_DIRECTORY);
    if (fd < 0)
        return fd == -ENOENT ? 0 : fd;
    _cleanup_closedir_ DIR *directory = fdopendir(fd);
    if (!directory)
        return -errno;
    (void) take_fd(&fd);

    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(directory);
        if (!entry)
            return -errno;
        size_t length = strlen(entry->d_name), tail = strlen(suffix);
        if (entry->d_name[0] == '.' || length <= tail ||
            strcmp(entry->d_name + length - tail, suffix) != 0)
            continue;
        int r = strings_append(names, entry->d_name);
        if (r < 0)
            return r;
    }
}

int tree_make_directory(const struct tree *tree, const char *path)
{
    _cleanup_chase_end_ struct chase_end end;
    int r = chase(tree, path, CHASE_CREATE | CHASE_DIRECTORY, &end);
    if (r < 0)
        return r;
    return end.status.st_nlink == 0 ? -ENOENT : S_ISDIR(end.status.st_mode) ? 0 : -ENOTDIR;
}

int tree_remove_directory(const struct tree *tree, const char *path)
{
    _cleanup_chase_end_ struct chase_end end;
    int r = chase(tree, path, CHASE_NOFOLLOW, &end);
    if (r < 0)
        return r;
    _cleanup_owner_ struct owner owner = { 0 };
    r = owner_enter(tree, &end.directory_status, NULL, &owner);
    if (r < 0)
        return r;
    if (unlinkat(end.directory, end.name, AT_REMOVEDIR) == 0) {
        known_forget(tree);
        return 0;
    }
    /* The kernel says that the file system is read-only before it looks for the name. */
    return errno == EROFS && end.status.st_nlink == 0 ? -ENOENT : -errno;
}

int tree_resolve(const struct tree *tree, const char *path, bool create, struct tree_entry *ret)
{
    _cleanup_chase_end_ struct chase_end end;
    int r = chase(tree, path, create ? CHASE_CREATE : 0, &end);
    if (r < 0)
        return r;
    if (end.is_marked)
        return -EISDIR;
    _cleanup_close_ int directory =
        owner_open(tree, end.directory, &end.directory_status, ".", O_RDONLY | O_DIRECTORY);
    if (directory < 0)
        return directory;
    char *name = mem_strdup(end.name);
    if (!name)
        return -ENOMEM;
    *ret = (struct tree_entry){ take_fd(&directory), end.directory_status, end.status, name };
    return 0;
}

void tree_entry_free(struct tree_entry *entry)
{
    cleanup_close(&entry->directory);
    mem_free(entry->name);
    *entry = (struct tree_entry){ .directory = -1 };
}
