#pragma once

/* One agent at a time writes in a tree. */

#include <stdint.h>

#include "base/error.h"
#include "base/tree.h"

enum { LOCK_WAIT_MS = 30000 }; /* as long as another agent may need */

/* Takes the lock of the tree, a file in /run/ec2-bootstrap, or the root directory where there is no
 * /run or it cannot be written. Waits at most wait_ms for another agent. A file descriptor whose
 * closing ends the lock; or a negative errno and an error with EX_IOERR (EX_NOPERM where the lock
 * file may not be made). */
int lock_take(const struct tree *tree, uint64_t wait_ms, struct error *err);

/* Removes the lock file and its folder, while it is held: for an agent that leaves nothing behind.
 */
void lock_remove(const struct tree *tree);
