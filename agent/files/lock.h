#pragma once

/* One agent at a time writes in a tree. */

#include <stdint.h>

#include "files/paths.h"
#include "files/tree.h"
#include "lib/error.h"

#define LOCK_NAME "lock"
#define LOCK_FILE PATH_RUN "/" LOCK_NAME

enum { LOCK_WAIT_MS = 30000 }; /* as long as another agent may need */

/* Takes the lock of the tree: LOCK_FILE where /run is a file system of its own that can be written,
 * else the root directory. Waits at most wait_ms for another agent. A file descriptor whose closing
 * ends the lock; or a negative errno and an error with EX_IOERR (EX_NOPERM where the lock file may
 * not be made). */
int lock_take(const struct tree *tree, uint64_t wait_ms, struct error *err);

/* Removes LOCK_FILE, and its directory when nothing else is in it: the last thing that the holder
 * of the lock does to the tree, as another agent may go on at once. */
void lock_remove(const struct tree *tree);
