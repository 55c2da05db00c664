#pragma once

/* Brings the files of the outputs to what was planned. */

#include "outputs/plan.h"

/* Writes each planned file whose bytes differ, reads it back by its consumer's rules, removes stale
 * temporary files and directories that nothing needs any more, and runs the hooks that are due. A
 * file that another program has changed since it was read is planned again. The caller holds the
 * lock of the tree from before outputs_plan() on. 0, or a negative errno and the error of the first
 * file or hook that failed, as outputs_failure(). */
int outputs_write(
    const struct output_request *request, struct output_results *results, struct error *err);
