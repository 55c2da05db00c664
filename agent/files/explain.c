/* SPDX-License-Identifier: MIT */
/* The words of an unsafe path: who could have led the agent astray, and how to end that. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "files/chase.h"
#include "files/owner.h"
#include "files/tree.h"
#include "lib/shell.h"

const char *tree_reason(int negative_errno)
{
    return negative_errno == -ENOLINK ? "another user than root could lead it to any file"
                                      : strerror(-negative_errno);
}

enum { SHOWN_MAX = 512 };

/* Quotes a name for a shell; "it" where that cannot be. */
static void explain_name(const char *name, char ret[static SHOWN_MAX])
{
    _cleanup_buffer_ struct buffer word = { 0 };
    bool is_shown = shell_append_path(&word, name) == 0 && word.size < SHOWN_MAX;
    (void) snprintf(ret, SHOWN_MAX, "%s", is_shown ? word.data : "it");
}

/* The path of an open directory; "it" where nothing can tell. */
static void explain_directory(int fd, char ret[static SHOWN_MAX])
{
    char link[64], path[PATH_MAX];
    (void) snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof(path) - 1);
    path[length < 0 ? 0 : length] = '\0';
    if (length < 0)
        (void) snprintf(ret, SHOWN_MAX, "it");
    else
        explain_name(path, ret);
}

/* What the owner of the directory has made there stays his: no advice takes it from him. */
static void explain_closed(const struct chase_end *end, struct error *err)
{
    char directory[SHOWN_MAX];
    explain_directory(end->directory, directory);
    error_append(err,
        ": %s belongs to user %u, with whose rights this process may not write: run it by hand as "
        "root; for the unit: systemctl edit ec2-bootstrap.service, [Service], "
        "CapabilityBoundingSet=CAP_SETUID CAP_SETGID, SystemCallFilter=setfsuid setfsgid setgroups",
        directory, (unsigned int) end->directory_status.st_uid);
}

static void explain_step(const struct chase_end *end, struct error *err)
{
    char directory[SHOWN_MAX], name[SHOWN_MAX];
    unsigned int owner = end->user;
    explain_directory(end->directory, directory);
    explain_name(end->name, name);
    switch (end->reason) {
    case CHASE_SAFE:
        explain_closed(end, err);
        return;
    case CHASE_OTHER_OWNER:
        error_append(err,
            ": %s belongs to user %u, and what %s leads to does not: put a copy in its place that "
            "belongs to that user",
            directory, owner, name);
        return;
    case CHASE_OTHER_LINK:
        error_append(err,
            ": on its way is a link of user %u to what is not that user's: put what it leads to in "
            "its place, as a copy that belongs to that user",
            owner);
        return;
    case CHASE_WRITABLE:
        error_append(err,
            ": others can write in %s, in which %s is a link: put what it leads to in its place, "
            "or, where nobody else has to write there: chmod go-w %s",
            directory, name, directory);
        return;
    case CHASE_SEVERAL_NAMES:
        error_append(err,
            ": others can write in %s, in which %s is a hard link: replace it by a copy of its own",
            directory, name);
        return;
    }
}

void tree_explain(const struct tree *tree, const char *path, struct error *err)
{
    _cleanup_chase_end_ struct chase_end end;
    int r = chase(tree, path, 0, &end);
    if (r == -ENOLINK)
        explain_step(&end, err);
    else if (r == 0)
        explain_closed(&end, err);
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
