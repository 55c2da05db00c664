/* SPDX-License-Identifier: MIT */
/* The ids that count for files only: signals, limits and the rest of the process stay root's. */

#include "files/owner.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/fsuid.h>
#include <unistd.h>

#include "files/chase.h"

/* Without the right to it the calls change nothing, and say so only when they are asked again. */
static bool set_ids(uid_t uid, gid_t gid)
{
    (void) setfsgid(gid);
    (void) setfsuid(uid);
    return setfsuid((uid_t) -1) == (int) uid && setfsgid((gid_t) -1) == (int) gid;
}

int owner_enter(const struct tree *tree, const struct stat *directory, const struct stat *replaced,
    struct owner *ret)
{
    *ret = (struct owner){ 0 };
    if (geteuid() != 0 || chase_trusts(tree, directory->st_uid))
        return 0;
    ret->count = getgroups(OWNER_GROUPS_MAX, ret->groups);
    if (ret->count < 0 || (ret->count > 0 && setgroups(0, NULL) < 0))
        return -ENOLINK;
    ret->is_entered = true;
    if (set_ids(directory->st_uid, replaced ? replaced->st_gid : directory->st_gid))
        return 0;
    owner_leave(ret);
    return -ENOLINK;
}

void owner_leave(struct owner *owner)
{
    int saved = errno;
    if (owner->is_entered) {
        (void) set_ids(geteuid(), getegid());
        if (owner->count > 0)
            (void) setgroups((size_t) owner->count, owner->groups);
    }
    *owner = (struct owner){ 0 };
    errno = saved;
}

int owner_open(
    const struct tree *tree, int directory, const struct stat *status, const char *name, int flags)
{
    int fd = openat(directory, name, flags | O_CLOEXEC);
    if (fd >= 0 || errno != EACCES)
        return fd < 0 ? -errno : fd;
    _cleanup_owner_ struct owner owner = { 0 };
    if (owner_enter(tree, status, NULL, &owner) < 0)
        return -EACCES;
    fd = openat(directory, name, flags | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

void owner_give(const struct tree *tree, const struct stat *directory, int fd)
{
    struct stat made;
    bool is_mapped = tree->owner != 0 && directory->st_uid == tree->owner;
    if (geteuid() == 0 && is_mapped && fstat(fd, &made) == 0 && made.st_uid == 0 &&
        fchown(fd, tree->owner, tree->group) < 0)
        return; /* it stays root's, which is safe */
}
