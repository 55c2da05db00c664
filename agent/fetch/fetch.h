/* SPDX-License-Identifier: MIT */
#pragma once

/* The settings that AWS holds, fetched with the role of the instance into files of this boot, which
 * count less than any file of the machine. */

#include "fetch/store.h"
#include "fetch/values.h"
#include "setup/setup.h"

/* What came of it. Zero-initialise: {0}. */
struct fetch {
    struct fetched_values values;
    size_t count;       /* of values */
    unsigned int calls; /* to AWS, with all attempts */
    bool has_changed;   /* a file is not what it was */
};

/* Asks all of them, after setup_open(), and writes what came, under the lock of the tree; with
 * `dry_run` nothing is written. Appends to setup->warnings. 0, or a negative errno and an error
 * with the exit status; the files of an earlier run of this boot then stay. The caller frees *ret
 * with fetch_free(), also after a failure. */
int fetch_settings(struct setup *setup, bool dry_run, struct fetch *ret, struct error *err);

void fetch_free(struct fetch *fetch);

#define _cleanup_fetch_ _cleanup_(fetch_free)
