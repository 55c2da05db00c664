/* SPDX-License-Identifier: MIT */
#pragma once

/* Brings the files of the outputs to what was planned. */

#include "outputs/plan.h"

/* Removes what interrupted runs have left beside the files of all outputs, also of those that are
 * not selected; see files/leftover.h. The caller holds the lock of the tree, and plans afterwards.
 * 0, or -ENOMEM and an error. */
int outputs_sweep(const struct tree *tree, struct output_results *results, struct error *err);

/* Writes each planned file whose bytes differ, reads it back by its consumer's rules, removes
 * directories that nothing needs any more, and runs the hooks that are due. A
 * file that another program has changed since it was read is planned again. The caller holds the
 * lock of the tree from before outputs_plan() on. 0, or a negative errno and the error of the first
 * file or hook that failed, as outputs_failure(). */
int outputs_write(
    const struct output_request *request, struct output_results *results, struct error *err);
