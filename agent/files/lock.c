/* SPDX-License-Identifier: MIT */
/* flock(2) on a file that only root can open, so that no other user can hold it: on a machine one
 * of our own in /run, in the tree of an image one that goes with the lock. */

#include "files/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "files/chase.h"
#include "lib/array.h"
#include "lib/clock.h"

enum { LOCK_POLL_MS = 50 };

/* A lock file that another user has put there, or can open, is none. */
static int check_lock_file(const struct tree *tree, int taken)
{
    struct stat status;
    _cleanup_close_ int fd = taken;
    if (fstat(fd, &status) < 0)
        return -errno;
    bool is_ours =
        S_ISREG(status.st_mode) && chase_trusts(tree, status.st_uid) && (status.st_mode & 077) == 0;
    return is_ours ? take_fd(&fd) : -EEXIST;
}

static int open_lock_file(const struct tree *tree, int directory, const char *name)
{
    int fd = openat(directory, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    return fd < 0 ? -errno : check_lock_file(tree, fd);
}

static int open_in_run(const struct tree *tree)
{
    int r = tree_make_directory(tree, PATH_RUN);
    if (r < 0)
        return r;
    _cleanup_close_ int directory = tree_open_path(tree, PATH_RUN, O_PATH | O_DIRECTORY);
    return directory < 0 ? directory : open_lock_file(tree, directory, LOCK_NAME);
}

/* Whether /run is a file system of its own, as on every machine that was booted. */
static bool has_run(const struct tree *tree)
{
    struct stat root, run;
    _cleanup_close_ int fd = tree_open_path(tree, "/run", O_PATH | O_DIRECTORY);
    return fd >= 0 && fstat(fd, &run) == 0 && fstat(tree->fd, &root) == 0 &&
           run.st_dev != root.st_dev;
}

/* In the root directory, whose time is to be what it was in the end. */
static int open_in_root(const struct tree *tree, struct lock *lock)
{
    struct stat before, made;
    if (fstat(tree->fd, &before) < 0)
        return -errno;
    int fd = open_lock_file(tree, tree->fd, LOCK_NAME_IMAGE);
    if (fd < 0)
        return fd;
    lock->is_temporary = true;
    lock->before = before.st_mtim;
    lock->made = fstat(tree->fd, &made) < 0 ? before.st_mtim : made.st_mtim;
    return fd;
}

/* Whether its owner, who is trusted, can open it by its mode, and no other user can. */
static bool is_closed(const struct tree *tree, const struct stat *status)
{
    bool is_kind = S_ISREG(status->st_mode) || S_ISDIR(status->st_mode);
    return is_kind && chase_trusts(tree, status->st_uid) && (status->st_mode & S_IRUSR) != 0 &&
           (status->st_mode & S_IRWXO) == 0;
}

/* Where nothing can be made: a file or directory that is there, that other users cannot open, and
 * that root can without a capability: the unit, which has none, and a person are to find the same
 * one. (Fedora's /etc/shadow has no mode at all.) Else the root directory, which is better than to
 * write nothing. */
static int open_what_is_there(const struct tree *tree)
{
    static const char *const paths[] = { "/etc/shadow", "/etc/gshadow", "/etc/sudoers",
        "/etc/security/opasswd", "/etc/.pwd.lock", "/var/lib/private" };
    for (size_t i = 0; i < ELEMENTSOF(paths); i++) {
        struct stat status;
        _cleanup_close_ int fd = tree_open_path(tree, paths[i], O_RDONLY | O_NONBLOCK);
        if (fd >= 0 && fstat(fd, &status) == 0 && is_closed(tree, &status))
            return take_fd(&fd);
    }
    return tree_open_path(tree, "/", O_RDONLY | O_DIRECTORY);
}

static int open_lock(const struct tree *tree, struct lock *lock)
{
    static const int cannot_be_made[] = { EROFS, ENOSPC, EDQUOT };
    lock->is_temporary = false;
    int fd = has_run(tree) ? open_in_run(tree) : -EROFS;
    if (fd == -EROFS) {
        fd = open_in_root(tree, lock);
        if (fd == -EACCES || fd == -EPERM)
            fd = open_what_is_there(tree);
    }
    for (size_t i = 0; i < ELEMENTSOF(cannot_be_made); i++)
        if (fd == -cannot_be_made[i])
            return open_what_is_there(tree);
    return fd == -ENOENT ? -EBUSY : fd; /* another agent has removed the directory at this moment */
}

/* Only where nothing else has changed the root directory. */
static void remove_temporary(const struct lock *lock)
{
    struct stat now;
    const int root = lock->tree->fd;
    bool is_same = fstat(root, &now) == 0 && now.st_mtim.tv_sec == lock->made.tv_sec &&
                   now.st_mtim.tv_nsec == lock->made.tv_nsec;
    const struct timespec times[] = { { .tv_nsec = UTIME_OMIT }, lock->before };
    bool is_gone = false;
    for (int tries = 0; tries < 2 && !is_gone; tries++)
        is_gone = unlinkat(root, LOCK_NAME_IMAGE, 0) == 0;
    if (is_gone && is_same)
        (void) utimensat(root, ".", times, 0);
}

/* One try. 0; -EBUSY when another agent has the lock; or another negative errno. */
static int try_lock(const struct tree *tree, struct lock *lock)
{
    struct stat status;
    _cleanup_close_ int fd = open_lock(tree, lock);
    if (fd < 0)
        return fd;
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        int r = errno == EWOULDBLOCK || errno == EINTR ? -EBUSY : -errno;
        if (r != -EBUSY && lock->is_temporary) /* nobody has a lock where there are none */
            remove_temporary(lock);
        return r;
    }
    if (fstat(fd, &status) < 0)
        return -errno;
    /* The last holder may have removed it: then the next agent would lock another file. */
    if (status.st_nlink == 0)
        return -EBUSY;
    lock->fd = take_fd(&fd);
    return 0;
}

static int refuse(const struct tree *tree, int r, struct error *err)
{
    const char *path = has_run(tree) ? LOCK_FILE : LOCK_FILE_IMAGE;
    (void) error_set(err, error_file_status(r), r, "%s%s: %s", tree->path, path,
        r == -EEXIST ? "was not made by ec2-bootstrap: move it away" : tree_reason(r));
    if (r == -ENOLINK)
        tree_explain(tree, path, err);
    return r;
}

int lock_take(const struct tree *tree, uint64_t wait_ms, struct lock *ret, struct error *err)
{
    *ret = (struct lock){ .tree = tree, .fd = -1 };
    for (uint64_t until = clock_now_ms() + wait_ms;;) {
        int r = try_lock(tree, ret);
        if (r != -EBUSY)
            return r < 0 ? refuse(tree, r, err) : 0;
        if (clock_now_ms() >= until)
            return error_set(err, EX_IOERR, r,
                "%s/: another ec2-bootstrap has been writing there for %llu s: wait for "
                "its end, or see what it waits for",
                tree->path, (unsigned long long) wait_ms / 1000);
        clock_sleep_ms(LOCK_POLL_MS);
    }
}

void lock_remove(const struct tree *tree)
{
    _cleanup_close_ int directory = tree_open_path(tree, PATH_RUN, O_PATH | O_DIRECTORY);
    if (directory < 0)
        return;
    (void) unlinkat(directory, LOCK_NAME, 0);
    (void) tree_remove_directory(tree, PATH_RUN);
}

void lock_end(struct lock *lock)
{
    if (lock->fd >= 0 && lock->is_temporary)
        remove_temporary(lock);
    cleanup_close(&lock->fd);
    lock->fd = -1;
}
