/* SPDX-License-Identifier: MIT */
#pragma once

/* The programs that must run when a file of an output has changed. */

#include "outputs/plan.h"

/* Marks the hook of an output as due, durably, before a file of it changes: a run that is killed in
 * between, or a hook that fails, leaves the mark to the next run. Nothing for an output without a
 * hook. 0 or a negative errno. */
int hooks_mark(const struct tree *tree, const struct output *output);

/* Runs the hooks that are due, and appends how each went to the results. Only on the running
 * machine: in an image they stay due until it boots. */
void hooks_run(const struct tree *tree, struct output_results *results);
