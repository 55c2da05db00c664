/* SPDX-License-Identifier: MIT */
#pragma once

/* What a check has found. Never a secret: texts are hidden before they come here. */

#include <stdbool.h>
#include <stdint.h>

#include "doctor/kinds.h"
#include "lib/strings.h"

struct doctor_finding {
    enum doctor_kind_id kind;
    char *subject; /* what it is about: a file, a unit, a host */
    char *seen;    /* what was seen, one line */
    char *remedy;  /* what to do, one line */
    char *detail;  /* lines, such as a diff; "": none */
};

/* Zero-initialise: {0}. */
struct doctor_result {
    struct doctor_finding *items;
    size_t count;
    size_t left_out;       /* more than can be listed */
    struct strings facts;  /* what else was seen, a line each: nothing is wrong with it */
    struct strings unseen; /* what could not be seen, and why, a line each */
    uint64_t took_ms;
};

/* Adds a finding; `remedy` NULL: that of its kind. What was seen follows, as of printf(3). 0 or
 * -ENOMEM. */
__attribute__((format(printf, 5, 6))) int doctor_find(struct doctor_result *result,
    enum doctor_kind_id kind, const char *subject, const char *remedy, const char *format, ...);

/* Gives the last finding its lines. 0 or -ENOMEM. */
int doctor_detail(struct doctor_result *result, const char *lines);

/* How many findings say that something is wrong: errors and warnings. */
size_t doctor_wrong(const struct doctor_result *result);

void doctor_result_free(struct doctor_result *result);
