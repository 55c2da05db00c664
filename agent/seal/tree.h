/* SPDX-License-Identifier: MIT */
#pragma once

/* The search of a whole tree for traces. */

#include "files/tree.h"
#include "outputs/plan.h"
#include "seal/content.h"
#include "seal/findings.h"
#include "seal/patterns.h"

/* The caller sets the first part, seal_search_tree() the second; zero-initialise the rest. */
struct seal_search {
    const struct tree *tree;
    const struct output_results
        *planned; /* files count as they are planned to be; NULL: as they are */
    const struct strings *password_files; /* paths that may hold the password; borrowed */

    struct scan *scan;
    struct seal_content content;
    char *names; /* room for those of extended attributes */
    struct findings findings;
    uint64_t files, bytes; /* that were searched */
    uint64_t progress_ms;  /* when progress was last shown */
    int unread;            /* the first negative errno of a place that cannot be searched */
};

/* Whether it is the tree of a system. 0, or a negative errno and an error that has the name of its
 * root. */
int seal_check_tree(const struct tree *tree, const char *root, struct error *err);

/* Searches for the values and for all that has the shape of a trace; appends notes on what is not
 * looked for everywhere. 0; or a negative errno and an error with EX_IOERR. The caller frees
 * *search with seal_search_free(), also after a failure. */
int seal_search_tree(struct seal_search *search, const struct seal_values *values,
    struct strings *notes, struct error *err);

void seal_search_free(struct seal_search *search);
