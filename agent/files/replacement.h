/* SPDX-License-Identifier: MIT */
#pragma once

/* A file while it is replaced, removed, or cleared of what an interrupted run has left beside it.
 */

#include <stdbool.h>

#include "files/owner.h"
#include "files/tree.h"

struct replacement {
    const struct tree *tree;
    struct tree_entry entry;
    struct owner owner;
    char *temporary; /* the name of the temporary file; NULL: none of which we know */
};

/* Looks where a path leads, and takes the rights of the directory's owner. 0, or a negative errno
 * as of tree_resolve() and owner_enter(). The caller ends it with replacement_end(), also after a
 * failure. */
int replacement_begin(
    const struct tree *tree, const char *path, bool create, struct replacement *ret);
void replacement_end(struct replacement *replacement);

/* renameat2(2) inside the directory. 0 or a negative errno. */
int replacement_rename(
    const struct replacement *replacement, const char *from, const char *to, unsigned int flags);

#define _cleanup_replacement_ _cleanup_(replacement_end)
