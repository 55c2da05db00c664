/* SPDX-License-Identifier: MIT */
#pragma once

/* Directories of a tree that are held open for a while, as many paths lead through them. Only those
 * to which root alone could give another place: nobody else has a way to change what such a path
 * leads to. Where root does so meanwhile, the earlier directory still counts. */

#include <stdbool.h>
#include <sys/stat.h>

#include "files/tree.h"

enum {
    KNOWN_ROOT = 0,
    KNOWN_NOTHING = -1,
};

/* One of them. */
struct known_directory {
    int fd; /* O_PATH, of the tree's */
    struct stat status;
    int above; /* the number of that one; of the root its own */
    char name[32];
};

/* The number of the tree's root; KNOWN_NOTHING where none are held (see tree_hold_directories()).
 */
int known_root(const struct tree *tree);

/* The number of a directory below one that is known, or KNOWN_NOTHING. */
int known_find(const struct tree *tree, int above, const char *name);

const struct known_directory *known_directory(const struct tree *tree, int number);

/* Holds one below one that is known: its number, and the descriptor is taken; or KNOWN_NOTHING, as
 * there are enough, or it has a long name. */
int known_add(
    const struct tree *tree, int above, const char *name, int *fd, const struct stat *status);

/* None is found any more by its name, as one has been removed; their descriptors stay open. */
void known_forget(const struct tree *tree);

/* Notes that a directory has no temporary files that an interrupted run left. Only for who has the
 * lock of the tree: nobody makes others then. */
void known_note_clean(const struct tree *tree, const struct stat *directory);
bool known_is_clean(const struct tree *tree, const struct stat *directory);
