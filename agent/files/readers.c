/* SPDX-License-Identifier: MIT */
/* A mode alone does not say it: behind an ACL the bits of the group are those of its mask. */

#include "files/readers.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

static enum file_readers readers_by_mode(mode_t mode, gid_t group, bool has_acl)
{
    if ((mode & S_IROTH) != 0)
        return READERS_ALL;
    if ((mode & S_IRGRP) == 0)
        return READERS_OWNER;
    if (has_acl)
        return READERS_ACL;
    return group == 0 ? READERS_OWNER : READERS_GROUP;
}

int file_readers(const struct tree *tree, const char *path, mode_t new_mode, enum file_readers *ret)
{
    struct stat status;
    _cleanup_close_ int fd = tree_open_path(tree, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 && fd != -ENOENT)
        return fd;
    if (fd >= 0 && fstat(fd, &status) < 0)
        return -errno;
    ssize_t acl = fd < 0 ? 0 : fgetxattr(fd, "system.posix_acl_access", NULL, 0);
    if (acl < 0 && errno != ENODATA && errno != ENOTSUP)
        return -errno;
    *ret = fd < 0 ? readers_by_mode(new_mode, 0, false)
                  : readers_by_mode(status.st_mode, status.st_gid, acl > 0);
    return 0;
}
