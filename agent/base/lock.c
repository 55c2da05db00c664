/* flock(2) on a file of our own: only root can open it, so that nobody else can hold it. */

#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>

#include "base/clock.h"

#define LOCK_DIRECTORY "/run/ec2-bootstrap"

enum { LOCK_POLL_MS = 50 };

static int open_lock(const struct tree *tree)
{
    int r = tree_make_directory(tree, LOCK_DIRECTORY);
    if (r < 0)
        return r;
    _cleanup_close_ int directory = tree_open_path(tree, LOCK_DIRECTORY, O_PATH | O_DIRECTORY);
    if (directory < 0)
        return directory;
    int fd = openat(directory, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    return fd < 0 ? -errno : fd;
}

int lock_take(const struct tree *tree, uint64_t wait_ms, struct error *err)
{
    _cleanup_close_ int fd = open_lock(tree);
    if (fd == -EROFS)
        fd = tree_open_path(tree, "/", O_RDONLY | O_DIRECTORY); /* better than to write nothing */
    if (fd < 0)
        return error_set(err, fd == -EACCES || fd == -EPERM ? EX_NOPERM : EX_IOERR, fd,
            "%s" LOCK_DIRECTORY "/lock: %s", tree->path, strerror(-fd));
    for (uint64_t until = clock_now_ms() + wait_ms;;) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return take_fd(&fd);
        if (errno != EWOULDBLOCK && errno != EINTR)
            return error_set(err, EX_IOERR, -errno, "%s" LOCK_DIRECTORY "/lock: %s", tree->path,
                strerror(errno));
        if (clock_now_ms() >= until)
            return error_set(err, EX_IOERR, -EBUSY,
                "%s" LOCK_DIRECTORY "/lock: another ec2-bootstrap has held it for %llu s",
                tree->path, (unsigned long long) wait_ms / 1000);
        clock_sleep_ms(LOCK_POLL_MS);
    }
}
