/* SPDX-License-Identifier: MIT */
/* What decides are owners and modes alone. */

#include "files/step.h"

#include <fcntl.h>
#include <sys/xattr.h>

/* A directory's ACL is not seen by its mode: the bits of the group are then those of the mask. */
static bool has_acl(const struct step *step)
{
    _cleanup_close_ int fd = openat(step->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 || fgetxattr(fd, "system.posix_acl_access", NULL, 0) > 0;
}

/* Whether others than the owner can put something into the directory. */
static bool is_writable(const struct step *step)
{
    const struct stat *status = step->directory_status;
    if ((status->st_mode & S_IWOTH) != 0)
        return true;
    if ((status->st_mode & S_IWGRP) == 0)
        return false;
    bool is_own =
        status->st_gid == 0 || status->st_gid == getegid() || status->st_gid == step->tree->group;
    return !is_own || has_acl(step);
}

/* Whether a user who is not trusted can put something into it. */
static bool is_open_to_others(const struct step *step)
{
    return !step->is_root &&
           (!chase_trusts(step->tree, step->directory_status->st_uid) || is_writable(step));
}

/* A file of root's that everybody may read, in a directory of somebody else: there is nothing to be
 * learned or to be changed by it. */
static bool is_public(const struct step *step, const struct stat *entry)
{
    return !step->is_led && S_ISREG(entry->st_mode) && entry->st_nlink == 1 &&
           (entry->st_mode & S_IROTH) != 0 && chase_trusts(step->tree, entry->st_uid);
}

enum chase_reason step_judge(const struct step *step, const struct stat *entry, bool is_end)
{
    const struct stat *status = step->directory_status;
    bool is_trusted = step->is_root || chase_trusts(step->tree, status->st_uid);
    if (step->is_led && entry->st_uid != step->leader)
        return CHASE_OTHER_LINK;
    if (!is_trusted && entry->st_uid != status->st_uid && !is_public(step, entry))
        return CHASE_OTHER_OWNER;
    bool is_followed = S_ISLNK(entry->st_mode) && !is_end;
    /* From a sticky directory only its owner takes a link away, to put another one there. */
    bool is_kept = (status->st_mode & S_ISVTX) != 0;
    if (is_followed && !step->is_root && is_trusted && !is_kept && is_writable(step))
        return CHASE_WRITABLE;
    if ((S_ISREG(entry->st_mode) || is_followed) && entry->st_nlink > 1 && is_open_to_others(step))
        return CHASE_SEVERAL_NAMES;
    return CHASE_SAFE;
}
