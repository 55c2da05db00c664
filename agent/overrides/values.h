/* SPDX-License-Identifier: MIT */
#pragma once

/* The variables of a consumer while its files are read one after the other: who set each last. */

#include <stdbool.h>

#include "lib/hash_index.h"
#include "overrides/detector.h"

/* How sure it is that a statement runs. */
enum reach { REACH_NEVER, REACH_MAYBE, REACH_ALWAYS };

struct value {
    char *name;
    char *text; /* NULL: not set */
    char *path; /* who set it last; NULL: it is as we have it */
    size_t line;
    bool is_known;    /* whether the text is the value, not what stands for it */
    bool is_exported; /* whether programs get it */
    bool is_readonly;
};

/* Zero-initialise: {0}. */
struct values {
    struct value *items;
    size_t count;
    struct hash_index names;
    const struct strings *arguments; /* $1 and so on, borrowed; NULL: not known */
};

/* One assignment; all borrowed. */
struct assignment {
    const char *name;
    const char *text; /* NULL: it unsets */
    const char *path;
    size_t line;
    bool is_known;
    bool is_export; /* also exports */
    bool is_readonly;
    enum reach reach;
};

/* Our variables as we write them, those in the other letter case as not set. 0 or -ENOMEM. */
int values_begin(struct values *values, const struct environment *environment);

/* Sets one of our variables to our value, and exports it. 0 or -ENOMEM. */
int values_set(
    struct values *values, const struct environment *environment, const struct variable *variable);

/* Sets our variables to our values again. 0 or -ENOMEM. */
int values_reset(struct values *values, const struct environment *environment);

/* NULL: nothing is known of it. Borrowed until the next assignment. */
const struct value *values_get(const struct values *values, const char *name, size_t length);

/* What may run is as good as what runs, except where it only sets what we have. 0 or -ENOMEM. */
int values_assign(struct values *values, const struct environment *environment,
    const struct assignment *assignment);

/* Exports a variable whose value stays. */
void values_export(struct values *values, const char *name);

/* Adds what programs get that is not ours. `like` has the detector, the consumer and the remedy. 0
 * or -ENOMEM. */
int values_report(
    const struct values *values, const struct detection *detection, const struct override *like);

void values_free(struct values *values);

#define _cleanup_values_ _cleanup_(values_free)
