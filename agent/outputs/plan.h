/* SPDX-License-Identifier: MIT */
#pragma once

/* What each file of the outputs shall hold, and what became of it. Planning writes nothing. */

#include "files/tree.h"
#include "lib/strings.h"
#include "outputs/output.h"

/* What is wanted of the outputs; all borrowed. */
struct output_request {
    const struct tree *tree;
    const struct environment *environment; /* empty: everything of ours goes */
    const struct strings *names;           /* NULL: the outputs whose consumer is there */
    bool leaves_out; /* what cannot be done in another user's directory is no failure */
};

enum output_action {
    OUTPUT_UNCHANGED,
    OUTPUT_CREATED,
    OUTPUT_CHANGED,
    OUTPUT_REMOVED,
    OUTPUT_CHECKED,  /* the file is another output's */
    OUTPUT_MASKED,   /* a link to /dev/null, which is respected */
    OUTPUT_LEFT_OUT, /* its directory is another user's, and it cannot be read or written safely */
    OUTPUT_FAILED,   /* the file is as it was */
};

/* One file of an output. */
struct output_result {
    const struct output *output;
    const struct output_file *file;
    enum output_action action; /* before it is written: what shall be done */
    bool is_wanted;            /* the file is to have our settings */
    struct content before;
    struct content after;
    struct content backup_before; /* see state.h */
    struct content backup_after;
    struct stat read_stat; /* what the file was when it was read; st_nlink 0: there was none */
    bool is_replaced;      /* it was written or removed, whatever failed after that */
    int failure;           /* a negative errno; 0: it went well */
    struct error error;    /* likewise, in words; also why it is left out */
};

/* How the hook of an output went: see struct output_hook. */
struct output_hook_result {
    const struct output *output;
    int failure;        /* a negative errno; 0: it went well */
    struct error error; /* likewise, in words */
};

/* Zero-initialise: {0}. */
struct output_results {
    struct output_result *items;
    size_t count;
    struct output_hook_result *hooks; /* the hooks that ran */
    size_t hook_count;
    struct strings leftovers; /* what interrupted runs have left and was not ours, a line each */
};

/* "unchanged", "created", "changed", "removed", "checked", "masked", "left-out", "failed": for
 * reports. */
const char *output_action_name(enum output_action action);

/* Whether the file was, or is to be, written or removed. */
bool output_has_change(const struct output_result *result);

/* Checks that a name is that of an output. 0, or -EINVAL and an error with EX_CONFIG that offers
 * the nearest one and lists all. */
int outputs_check_name(const char *name, struct error *err);

/* Reads and renders each file of each output. Selected are the outputs that the request names, else
 * those whose consumer is there. What is not selected, and with an empty environment everything, is
 * to be what it was before us: bytes, files, directories. *ret gets the files that are selected or
 * that are to change; one that fails does not keep the others from being planned. The caller frees
 * *ret with output_results_free(), also after a failure. 0, or -ENOMEM and an error. */
int outputs_plan(
    const struct output_request *request, struct output_results *ret, struct error *err);

/* The error of the first file, or hook, that failed: 0 when none did, or a negative errno and the
 * error, with EX_IOERR or EX_NOPERM, naming it. */
int outputs_failure(const struct output_results *results, struct error *err);

void output_results_free(struct output_results *results);

#define _cleanup_output_results_ _cleanup_(output_results_free)
