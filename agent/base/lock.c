/* flock(2) on a file of our own: only root can open it, so that nobody else can hold it. */

#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/clock.h"

#define LOCK_DIRECTORY "/run/ec2-bootstrap"
#define LOCK_FILE      LOCK_DIRECTORY "/lock"

enum { LOCK_POLL_MS = 50 };

static int open_lock(const struct tree *tree)
{
    _cleanup_close_ int run = tree_open_path(tree, "/run", O_PATH | O_DIRECTORY);
    if (run < 0)
        return run;
    int r = tree_make_directory(tree, LOCK_DIRECTORY);
    if (r < 0)
        return r;
    _cleanup_close_ int directory = tree_open_path(tree, LOCK_DIRECTORY, O_PATH | O_DIRECTORY);
    if (directory < 0)
        return directory;
    int fd = openat(directory, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    return fd < 0 ? -errno : fd;
}

/* One try. A file descriptor; -EBUSY when another agent has the lock; or another negative errno. */
static int try_lock(const struct tree *tree)
{
    bool is_file = true;
    _cleanup_close_ int fd = open_lock(tree);
    if (fd == -EROFS || fd == -ENOENT) { /* better than to write nothing */
        is_file = false;
        fd = tree_open_path(tree, "/", O_RDONLY | O_DIRECTORY);
    }
    if (fd < 0)
        return fd;
    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK || errno == EINTR ? -EBUSY : -errno;
    struct stat status;
    if (fstat(fd, &status) < 0)
        return -errno;
    /* Whoever had it may have removed it: then the next agent would lock another file. */
    return is_file && status.st_nlink == 0 ? -EBUSY : take_fd(&fd);
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
                "%s" LOCK_FILE ": another ec2-bootstrap has held it for %llu s", tree->path,
                (unsigned long long) wait_ms / 1000);
        clock_sleep_ms(LOCK_POLL_MS);
    }
}

void lock_remove(const struct tree *tree)
{
    _cleanup_close_ int directory = tree_open_path(tree, LOCK_DIRECTORY, O_PATH | O_DIRECTORY);
    if (directory < 0)
        return;
    (void) unlinkat(directory, "lock", 0);
    (void) tree_remove_directory(tree, LOCK_DIRECTORY);
}
