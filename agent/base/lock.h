#pragma once

/* One agent at a time writes in a tree. */

#include <stdint.h>

#include "base/error.h"
#include "base/tree.h"

/* Takes the lock of the tree, waiting at most wait_ms for another agent. A file descriptor whose
 * closing ends the lock; or a negative errno and an error with EX_IOERR (EX_NOPERM where the lock
 * file may not be made). */
int lock_take(const struct tree *tree, uint64_t wait_ms, struct error *err);
