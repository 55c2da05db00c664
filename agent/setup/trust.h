/* SPDX-License-Identifier: MIT */
#pragma once

/* The system's store of CAs is made to hold those of the company. Its own program does the work,
 * and says that all went well whatever it did, so what counts is the bundle that it made. */

#include "trust/store.h"

/* What became of the store. Zero-initialise: {0}. */
struct trust_outcome {
    const struct trust_store *store; /* NULL: none that is known is there */
    size_t wanted;                   /* the number of CAs that it is to have */
    struct trust_changes changes;    /* what was to change */
    bool is_due;   /* something of it is still to be done: in an image, at its first boot */
    bool is_left;  /* not by this process: its file system is read-only here */
    bool is_shown; /* the changes were begun, or would be */
    bool has_all;  /* every CA is trusted */
    bool has_any;  /* one is, and all public ones, and PATH_CA_FILE is there */
};

/* Makes the store hold each CA of the file, and nothing else of ours: files first, then the store's
 * program, under the lock of the tree; in an image that program is left for its first boot. Writes
 * nothing where nothing changes, or with `dry_run`, which says what would be. 0, or a negative
 * errno and an error; in both cases the outcome says what is trusted. Appends to `warnings` what
 * goes on being trusted. The caller frees *ret with trust_outcome_free(), also after a failure. */
int trust_refresh(const struct tree *tree, const struct ca_file *file, bool dry_run,
    struct trust_outcome *ret, struct strings *warnings, struct error *err);

/* Under the lock of the tree: removes what a run that was killed has left of our files there.
 * `told` as of leftover_sweep(). 0 or -ENOMEM. */
int trust_sweep(const struct tree *tree, struct strings *told);

void trust_outcome_free(struct trust_outcome *outcome);
