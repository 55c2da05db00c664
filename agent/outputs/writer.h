#pragma once

/* Brings the files of the outputs to what the values say. */

#include "files/tree.h"
#include "lib/strings.h"
#include "outputs/output.h"

enum output_action {
    OUTPUT_UNCHANGED,
    OUTPUT_CREATED,
    OUTPUT_CHANGED,
    OUTPUT_REMOVED,
    OUTPUT_CHECKED, /* the file is another output's */
    OUTPUT_FAILED,  /* the file is as it was */
};

/* What became of one file of an output. */
struct output_result {
    const struct output *output;
    const struct output_file *file;
    enum output_action action; /* with a dry run: what would be done */
    bool is_wanted;            /* the file is to have our settings */
    struct content before;
    struct content after;
    struct content kept_before; /* what is put aside for it: see keep.h */
    struct content kept_after;
    struct stat seen;   /* what the file was when it was read; st_nlink 0: there was none */
    int failure;        /* a negative errno; 0: it went well */
    struct error error; /* likewise, in words */
};

struct output_results {
    struct output_result *items;
    size_t count;
};

/* "unchanged", "created", "changed", "removed", "checked", "failed": for reports. */
const char *output_action_name(enum output_action action);

/* Whether the file was, or with a dry run would be, written or removed. */
bool output_has_change(const struct output_result *result);

/* The names of all outputs, for settings_load(). 0 or -ENOMEM. */
int outputs_names(struct strings *ret);

/* Renders each file of each output, writes it when its bytes differ, and reads it back by the
 * consumer's rules. Selected are the outputs that `names` has; with NULL those whose consumer is
 * there. What is not selected, and with no proxy everything, is brought back to what it was before
 * us: bytes, files, folders. A file that fails does not keep the others from being written. With
 * dry_run nothing is touched. The caller holds the lock of the tree.
 *
 * *ret gets the files that are selected or that changed; the caller frees it with
 * output_results_free(), also after a failure. 0, or a negative errno and the error of the first
 * file that failed, with EX_IOERR or EX_NOPERM, naming the file. */
int outputs_apply(const struct tree *tree, const struct proxy_values *values,
    const struct strings *names, bool dry_run, struct output_results *ret, struct error *err);

void output_results_free(struct output_results *results);

/* Whether all that the values hold is of the character set that means itself in every output, so
 * that no output needs to quote: [A-Za-z0-9._~:/@%,*[]-]. */
bool outputs_can_hold(const struct proxy_values *values);
