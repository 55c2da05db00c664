#pragma once

/* The system's store of CAs is made to hold those of the company. Its own program does the work,
 * and says that all went well whatever it did, so what counts is the bundle that it made. */

#include "trust/store.h"

/* What became of the store. Zero-initialise: {0}. */
struct trust_outcome {
    const struct trust_store *store; /* NULL: none that is known is there */
    size_t wanted;                   /* the number of CAs that it is to have */
    struct trust_changes changes;    /* what was to change */
    bool is_due;  /* the store's program still has to run: in an image, at its first boot */
    bool was_due; /* an earlier run has left it so */
    bool has_all; /* every CA is trusted, or will be with a dry run */
};

/* Makes the store hold each CA of the file, and nothing else of ours: files first, then the store's
 * program, under the lock of the tree; in an image that program is left for its first boot. Writes
 * nothing where nothing changes, or with `dry_run`. 0, or a negative errno and an error: then
 * has_all is false, unless all are trusted. Appends to `warnings` what goes on being trusted. The
 * caller frees *ret with trust_outcome_free(), also after a failure. */
int trust_refresh(const struct tree *tree, const struct ca_file *file, bool dry_run,
    struct trust_outcome *ret, struct strings *warnings, struct error *err);

/* Under the lock of the tree: removes what a run that was killed has left of our files there.
 * `told` as of leftover_sweep(). 0 or -ENOMEM. */
int trust_sweep(const struct tree *tree, struct strings *told);

void trust_outcome_free(struct trust_outcome *outcome);
