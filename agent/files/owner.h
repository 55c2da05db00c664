/* SPDX-License-Identifier: MIT */
#pragma once

/* What is written in a directory of another user is written with his rights: the kernel then keeps
 * the agent from whatever he could not have done himself. */

#include <stdbool.h>
#include <sys/stat.h>

#include "files/tree.h"

enum { OWNER_GROUPS_MAX = 64 };

/* What the process was before; zero-initialise: {0}. */
struct owner {
    bool is_entered;
    int count; /* of the groups */
    gid_t groups[OWNER_GROUPS_MAX];
};

/* Takes the rights of the owner of a directory for access to files, until owner_leave(): his user
 * id, the group of the file that is replaced (NULL: of the directory), and no other group. Nothing
 * where he is trusted (see chase.h), and for a process that is not root's: the kernel keeps that
 * one anyway. 0, or -ENOLINK when this process may not do that (CAP_SETUID, CAP_SETGID). */
int owner_enter(const struct tree *tree, const struct stat *directory, const struct stat *replaced,
    struct owner *ret);

void owner_leave(struct owner *owner);

/* openat(2) in a directory; what is not permitted is tried with the rights of the directory's
 * owner. A file descriptor, or a negative errno. */
int owner_open(
    const struct tree *tree, int directory, const struct stat *status, const char *name, int flags);

/* In a tree that belongs to another user as a whole, as that of a container without privileges
 * does, root gives away what it makes: in there nobody is the machine's root, who could read it.
 * `fd` was just made in a directory with this status. In other trees, and where the ids are not
 * known here, nothing changes. */
void owner_give(const struct tree *tree, const struct stat *directory, int fd);

#define _cleanup_owner_ _cleanup_(owner_leave)
