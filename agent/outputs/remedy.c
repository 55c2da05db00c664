/* SPDX-License-Identifier: MIT */
/* The kernel's words name the reason, and seldom the cause: the same EPERM is an immutable file, a
 * missing capability, and a user who is not root. */

#include "outputs/remedy.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/array.h"
#include "lib/ascii.h"

#define UNIT "ec2-bootstrap.service"

static bool is_marked(int directory, const char *name)
{
    struct statx status;
    int r = statx(directory, name, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH, STATX_TYPE, &status);
    return r == 0 && (status.stx_attributes & (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND)) != 0;
}

/* Whether somebody has used chattr(1) on the file, or on its directory, in which nothing can be
 * replaced then. */
static bool is_immutable(const struct tree *tree, const char *path)
{
    _cleanup_tree_entry_ struct tree_entry entry = { .directory = -1 };
    if (tree_resolve(tree, path, false, &entry) < 0)
        return false;
    return is_marked(entry.directory, entry.name) || is_marked(entry.directory, "");
}

static void remedy_permission(const struct tree *tree, const char *path, struct error *err)
{
    if (is_immutable(tree, path))
        error_append(err, ": it is immutable: lsattr shows it, and chattr -i -a ends it");
    else if (geteuid() != 0)
        error_append(err, ": run it as root");
    else
        error_append(err, ": its owner or its mode asks for a capability that is lacking: " UNIT
                          " has a comment that says how to add it");
}

/* Where the file really is: a link can lead out of what the unit may write. */
static void remedy_read_only(const struct tree *tree, const char *path, struct error *err)
{
    _cleanup_tree_entry_ struct tree_entry entry = { .directory = -1 };
    char link[64], directory[PATH_MAX];
    if (tree_resolve(tree, path, false, &entry) < 0)
        return;
    (void) snprintf(link, sizeof(link), "/proc/self/fd/%d", entry.directory);
    ssize_t length = readlink(link, directory, sizeof(directory) - 1);
    if (length < 0)
        return;
    directory[length] = '\0';
    /* systemd has quotes of its own: what needs them is not pasted. */
    bool is_plain = directory[strspn(directory, ASCII_ALNUM "/._-+:@")] == '\0';
    error_append(err,
        ": mount it writable; if only the unit cannot write there: systemctl edit " UNIT
        ", [Service], ReadWritePaths=%s",
        is_plain ? directory : "DIRECTORY");
}

static const struct {
    int error;
    const char *words;
} remedies[] = {
    { ENOSPC, "make room on that file system" },
    { EDQUOT, "make room in the quota" },
    { EISDIR, "move it away" },
    { ENOTDIR, "a file is in the place of a directory: move it away" },
    { ENOENT, "it is a link to a directory that is not there: make it, or delete the link" },
    { EBUSY, "it is a mount point: unmount it, so that the file can be replaced" },
    { ELOOP, "its links lead in a circle: delete one" },
    { EFBIG, "it is larger than any that its consumer has: look at what is in it" },
};

void remedy_append(const struct tree *tree, const char *path, int negative_errno, struct error *err)
{
    if (negative_errno == -EPERM || negative_errno == -EACCES)
        remedy_permission(tree, path, err);
    else if (negative_errno == -EROFS)
        remedy_read_only(tree, path, err);
    else if (negative_errno == -ENOLINK)
        tree_explain(tree, path, err);
    for (size_t i = 0; i < ELEMENTSOF(remedies); i++)
        if (negative_errno == -remedies[i].error)
            error_append(err, ": %s", remedies[i].words);
}
