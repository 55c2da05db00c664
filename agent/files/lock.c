/* flock(2). On a machine on a file of our own: only root can open it, so that no other user can
 * hold it. In the tree of an image on its root directory, which is there before us and after us. */

#include "files/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "lib/clock.h"

enum { LOCK_POLL_MS = 50 };

static int open_file(const struct tree *tree)
{
    int r = tree_make_directory(tree, PATH_RUN);
    if (r < 0)
        return r;
    _cleanup_close_ int directory = tree_open_path(tree, PATH_RUN, O_PATH | O_DIRECTORY);
    if (directory < 0)
        return directory;
    int fd = openat(directory, LOCK_NAME, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    return fd < 0 ? -errno : fd;
}

/* Whether /run is a file system of its own, as on every machine that was booted. */
static bool has_run(const struct tree *tree)
{
    struct stat root, run;
    _cleanup_close_ int fd = tree_open_path(tree, "/run", O_PATH | O_DIRECTORY);
    return fd >= 0 && fstat(fd, &run) == 0 && fstat(tree->fd, &root) == 0 &&
           run.st_dev != root.st_dev;
}

static int open_lock(const struct tree *tree)
{
    int fd = has_run(tree) ? open_file(tree) : -EROFS;
    if (fd == -EROFS || fd == -ENOSPC || fd == -EDQUOT) /* better than to write nothing */
        return tree_open_path(tree, "/", O_RDONLY | O_DIRECTORY);
    return fd == -ENOENT ? -EBUSY : fd; /* another agent has removed the directory at this moment */
}

/* One try. A file descriptor; -EBUSY when another agent has the lock; or another negative errno. */
static int try_lock(const struct tree *tree)
{
    _cleanup_close_ int fd = open_lock(tree);
    if (fd < 0)
        return fd;
    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK || errno == EINTR ? -EBUSY : -errno;
    struct stat status;
    if (fstat(fd, &status) < 0)
        return -errno;
    /* The last holder may have removed it: then the next agent would lock another file. */
    return status.st_nlink == 0 ? -EBUSY : take_fd(&fd);
}

int lock_take(const struct tree *tree, uint64_t wait_ms, struct error *err)
{
    for (uint64_t until = clock_now_ms() + wait_ms;;) {
        int fd = try_lock(tree);
        if (fd >= 0)
            return fd;
        if (fd != -EBUSY)
            return error_set(
                err, error_file_status(fd), fd, "%s" LOCK_FILE ": %s", tree->path, strerror(-fd));
        if (clock_now_ms() >= until)
            return error_set(err, EX_IOERR, -EBUSY,
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
