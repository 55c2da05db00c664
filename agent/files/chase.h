/* SPDX-License-Identifier: MIT */
#pragma once

/* Where a path leads inside a tree, step by step, whatever links somebody has put into it.
 *
 * A step is safe when nobody but root could have chosen where it goes: systemd calls the other kind
 * an unsafe path transition. Trusted are root, the user who runs the agent, and the owner of the
 * tree's root directory. A directory or a link of anybody else leads to things of that same user
 * only, a directory also to a file that everybody may read; a link is not followed at all where
 * others than its owner could have put it; a file or link with more than one name counts as one, as
 * the other name may be somebody else's (fs.protected_hardlinks is not relied on). What a user
 * serves (FUSE) is that user's. */

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "files/tree.h"

enum {
    CHASE_NOFOLLOW = 1,  /* the last part may be a link, and is the end then */
    CHASE_CREATE = 2,    /* missing directories of the path itself are made, mode 0755, but not
                            those that a link leads to */
    CHASE_ANY_STEP = 4,  /* also unsafe ones: for who only asks whether something is there */
    CHASE_DIRECTORY = 8, /* the last part is a directory, too, for CHASE_CREATE */
};

enum chase_reason {
    CHASE_SAFE,
    CHASE_OTHER_OWNER,   /* from what an untrusted user has to what another one has */
    CHASE_OTHER_LINK,    /* a link of an untrusted user to what another one has */
    CHASE_WRITABLE,      /* a link where others than its owner can put one */
    CHASE_SEVERAL_NAMES, /* a file or a link with hard links, likewise */
};

/* The end of a path; with -ENOLINK, the unsafe step; with other errors the status of the directory
 * where it happened, and nothing else. */
struct chase_end {
    int directory;    /* O_PATH */
    bool is_borrowed; /* of the tree */
    struct stat directory_status;
    int entry;               /* O_PATH, of what the name stands for; -1: nothing is there */
    struct stat status;      /* of that; st_nlink 0: nothing is there */
    char name[NAME_MAX + 1]; /* "." where the path ends in a directory without naming it */
    bool is_marked;          /* as a directory, by a slash at the end */
    enum chase_reason reason;
    uid_t user; /* whose directory or link it is */
};

/* Whether a user could do as root anyway, or is the one who runs the agent. */
bool chase_trusts(const struct tree *tree, uid_t uid);

/* Follows a path. 0, also when nothing stands at its end; or a negative errno: -ENOLINK for an
 * unsafe step, -ENOENT when a directory of the path is missing, -ELOOP after 40 links. The caller
 * frees *ret with chase_end_free(), also after -ENOLINK. */
int chase(const struct tree *tree, const char *path, int flags, struct chase_end *ret);

void chase_end_free(struct chase_end *end);

#define _cleanup_chase_end_ _cleanup_(chase_end_free)
