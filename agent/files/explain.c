/* The words of an unsafe path: who could have led the agent astray, and how to end that. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "files/chase.h"
#include "files/owner.h"
#include "files/tree.h"

const char *tree_reason(int negative_errno)
{
    return negative_errno == -ENOLINK ? "another user than root could lead it to any file"
                                      : strerror(-negative_errno);
}

/* The path of an open directory; "its directory" where nothing can tell. */
static void name_directory(int fd, char *ret, size_t size)
{
    char link[64];
    (void) snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, ret, size - 1);
    if (length < 0)
        (void) snprintf(ret, size, "its directory");
    else
        ret[length] = '\0';
}

static void explain_step(const struct chase_end *end, struct error *err)
{
    char directory[PATH_MAX];
    unsigned int owner = end->user;
    name_directory(end->directory, directory, sizeof(directory));
    switch (end->reason) {
    case CHASE_SAFE:
        error_append(err, ": %s belongs to user %u: run it as root, or chown root %s", directory,
            owner, directory);
        return;
    case CHASE_OTHER_OWNER:
        error_append(err,
            ": %s belongs to user %u, and what %s leads to does not: replace it by a file of that "
            "user, or chown root %s",
            directory, owner, end->name, directory);
        return;
    case CHASE_OTHER_LINK:
        error_append(err,
            ": on its way is a link of user %u to what is not that user's: delete the link", owner);
        return;
    case CHASE_WRITABLE:
        error_append(err, ": others can write in %s, in which %s is a link: chmod go-w %s",
            directory, end->name, directory);
        return;
    case CHASE_SEVERAL_NAMES:
        error_append(err,
            ": others can write in %s, in which %s is a hard link: replace it by a copy of its own",
            directory, end->name);
        return;
    }
}

void tree_explain(const struct tree *tree, const char *path, struct error *err)
{
    char directory[PATH_MAX];
    _cleanup_chase_end_ struct chase_end end;
    int r = chase(tree, path, 0, &end);
    if (r == -ENOLINK) {
        explain_step(&end, err);
        return;
    }
    if (r < 0)
        return;
    name_directory(end.directory, directory, sizeof(directory));
    error_append(err,
        ": %s belongs to user %u, with whose rights this process may not write: run it by hand as "
        "root; for the unit: systemctl edit ec2-bootstrap.service, [Service], "
        "CapabilityBoundingSet=CAP_SETUID CAP_SETGID, SystemCallFilter=setfsuid setfsgid setgroups",
        directory, (unsigned int) end.directory_status.st_uid);
}

bool tree_is_of_others(const struct tree *tree, const char *path)
{
    _cleanup_chase_end_ struct chase_end end;
    int r = chase(tree, path, 0, &end);
    return r == -ENOLINK || !chase_trusts(tree, end.directory_status.st_uid) ||
           (end.status.st_nlink > 0 && !chase_trusts(tree, end.status.st_uid));
}

bool tree_is_closed(const struct tree *tree, const char *path)
{
    _cleanup_chase_end_ struct chase_end end;
    if (chase(tree, path, 0, &end) < 0)
        return false;
    _cleanup_owner_ struct owner owner = { 0 };
    return owner_enter(tree, &end.directory_status, NULL, &owner) < 0;
}
