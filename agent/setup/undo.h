/* SPDX-License-Identifier: MIT */
#pragma once

/* Taking back what the agent has done to a tree, for `remove` and for `seal`. */

#include <stdbool.h>

#include "files/tree.h"
#include "lib/error.h"
#include "outputs/plan.h"

enum undo_extent {
    UNDO_OUTPUTS, /* every file is again what it was before us */
    UNDO_ALL,     /* also our state, what only counts for this boot */
};

/* Does it under the lock of the tree; with dry_run nothing is touched. *results as outputs_plan().
 * 0, or a negative errno and an error with EX_IOERR or EX_NOPERM. */
int setup_undo(const struct tree *tree, enum undo_extent extent, bool dry_run,
    struct output_results *results, struct error *err);
