#pragma once

/* Brings the files of the outputs to what the values say. */

#include "base/strings.h"
#include "base/tree.h"
#include "outputs/output.h"

enum output_action {
    OUTPUT_UNCHANGED,
    OUTPUT_CREATED,
    OUTPUT_CHANGED,
    OUTPUT_REMOVED,
    OUTPUT_FAILED, /* the file is as it was */
};

/* What became of one output. */
struct output_result {
    const struct output *output;
    enum output_action action; /* with a dry run: what would be done */
    struct content before;
    struct content after;
    struct error error; /* status 0: it went well */
};

/* "unchanged", "created", "changed", "removed", "failed": for reports. */
const char *output_action_name(enum output_action action);

/* The names of all outputs, for settings_load(). 0 or -ENOMEM. */
int outputs_names(struct strings *ret);

/* Renders each output that is selected (`names`; none: all whose consumer is there), writes it when
 * its bytes differ, and reads it back by the consumer's rules. An output that fails does not keep
 * the others from being written. With dry_run nothing is touched. The caller holds the lock of the
 * tree.
 *
 * Fills in the results, as many as there are outputs selected; the caller frees them with
 * output_results_free(). 0, or a negative errno and the error of the first output that failed, with
 * EX_IOERR or EX_NOPERM, naming the file. */
int outputs_apply(const struct tree *tree, const struct proxy_values *values,
    const struct strings *names, bool dry_run, struct output_result **ret, size_t *ret_count,
    struct error *err);

void output_results_free(struct output_result *results, size_t count);

/* Whether all that the values hold is of the character set that means itself in every output, so
 * that no output needs to quote: [A-Za-z0-9._~:/@%,*[]-]. */
bool outputs_can_hold(const struct proxy_values *values);
