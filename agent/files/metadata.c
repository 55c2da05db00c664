/* SPDX-License-Identifier: MIT */
/* fgetxattr(2), fchown(2), fchmod(2): on open files only, so that it is of the file that was
 * checked and not of another one that has its name by now. */

#include "files/metadata.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define ACL "system.posix_acl_access"

static int copy_attribute(int from, int to, const char *name)
{
    char value[65536]; /* XATTR_SIZE_MAX */
    ssize_t size = fgetxattr(from, name, value, sizeof(value));
    if (size < 0)
        return errno == ENODATA ? 0 : -errno;
    if (fsetxattr(to, name, value, (size_t) size, 0) == 0)
        return 0;
    /* A security module may label files by itself and forbid it to others. */
    bool is_label = strncmp(name, "security.", strlen("security.")) == 0;
    return is_label ? 0 : -errno;
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

static int remove_acl(int fd)
{
    return fremovexattr(fd, ACL) < 0 && errno != ENODATA && errno != ENOTSUP ? -errno : 0;
}

int metadata_copy(int from, int to, bool keep_owner)
{
    struct stat old, new;
    if (fstat(from, &old) < 0 || fstat(to, &new) < 0)
        return -errno;
    if (!S_ISREG(old.st_mode))
        return S_ISDIR(old.st_mode) ? -EISDIR : -EINVAL;
    int r = remove_acl(to);
    if (r < 0)
        return r;
    if (keep_owner && (old.st_uid != new.st_uid || old.st_gid != new.st_gid) &&
        fchown(to, old.st_uid, old.st_gid) < 0)
        return -errno;
    r = copy_attributes(from, to);
    if (r < 0)
        return r;
    return fchmod(to, old.st_mode & (keep_owner ? 07777 : 0777)) < 0 ? -errno : 0;
}

int metadata_set(int to, mode_t mode)
{
    int r = remove_acl(to);
    if (r < 0)
        return r;
    return fchmod(to, mode) < 0 ? -errno : 0;
}
