/* SPDX-License-Identifier: MIT */
#pragma once

/* One agent at a time writes in a tree. */

#include <stdint.h>
#include <time.h>

#include "files/paths.h"
#include "files/tree.h"
#include "lib/error.h"

#define LOCK_NAME       "lock"
#define LOCK_FILE       PATH_RUN "/" LOCK_NAME
#define LOCK_NAME_IMAGE ".ec2-bootstrap.lock"
#define LOCK_FILE_IMAGE "/" LOCK_NAME_IMAGE

enum { LOCK_WAIT_MS = 30000 }; /* as long as another agent may need */

struct lock {
    const struct tree *tree;
    int fd;                       /* -1: it is not held */
    bool is_temporary;            /* the file goes with the lock */
    struct timespec before, made; /* when the directory of that file was changed */
};

/* Takes the lock of the tree: LOCK_FILE where /run is a file system of its own that can be written,
 * else LOCK_FILE_IMAGE, else, where neither can be made, a file of the system that other users
 * cannot open. Waits at most wait_ms for another agent. 0, and the caller gives it back with
 * lock_end(); or a negative errno and an error with EX_IOERR (EX_NOPERM where the lock file may not
 * be made). */
int lock_take(const struct tree *tree, uint64_t wait_ms, struct lock *ret, struct error *err);
void lock_end(struct lock *lock);

/* Removes LOCK_FILE, and its directory when nothing else is in it: the last thing that the holder
 * of the lock does to the tree, as another agent may go on at once. */
void lock_remove(const struct tree *tree);

#define _cleanup_lock_ _cleanup_(lock_end)
