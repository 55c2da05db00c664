/* SPDX-License-Identifier: MIT */
#pragma once

/* What was found in a tree, for a person and for a program. No value is ever part of it: only where
 * and how often. */

#include <stdint.h>

#include "lib/json.h"
#include "seal/places.h"

enum finding_location {
    FOUND_INSIDE,
    FOUND_IN_NAME,
    FOUND_IN_LINK,
    FOUND_IN_ATTRIBUTE,
    FOUND_UNPACKED,
};

/* One kind of trace in one file. */
struct finding {
    const struct seal_place *place;
    enum seal_kind kind;
    enum finding_location location;
    uint64_t count;   /* FOUND_INSIDE: how often */
    uint64_t offset;  /* likewise: of the first one */
    int failure;      /* TRACE_UNREAD: a negative errno */
    bool is_accepted; /* by the settings */
    char *path;       /* hidden where it holds a value */
};

/* Zero-initialise: {0}. */
struct findings {
    struct finding *items;
    size_t count;
    uint64_t left_out; /* more than can be listed */
};

/* Adds a finding with a copy of its path. 0 or -ENOMEM. */
int findings_add(struct findings *findings, const struct finding *finding);

/* How many are not accepted. */
uint64_t findings_left(const struct findings *findings);

/* By owner, then by path. */
void findings_sort(struct findings *findings);

/* Appends a line for each owner and each finding. `root` is that of the tree: "" for the running
 * system. 0 or -ENOMEM. */
int findings_append_text(const struct findings *findings, const char *root, struct buffer *ret);

/* Appends the last line: whether something is left. 0 or -ENOMEM. */
int findings_append_summary(const struct findings *findings, bool is_dry_run, struct buffer *ret);

/* Adds "findings", a list with an object for each; false when memory is short. */
bool findings_add_json(struct json *object, const struct findings *findings, const char *root);

void findings_free(struct findings *findings);
