/* SPDX-License-Identifier: MIT */
#pragma once

/* The settings of a program while its files are read one after the other: who set each last, and
 * whether that means what we have. */

#include "overrides/detector.h"

enum program_meaning {
    MEANS_HTTP,     /* the proxy for http:// */
    MEANS_HTTPS,    /* for https:// */
    MEANS_BOTH,     /* for both */
    MEANS_SOCKS,    /* for both, and a proxy that is never ours */
    MEANS_BEFORE,   /* one more proxy, in front of the other */
    MEANS_SINGLE,   /* the one proxy of a program that has one for both */
    MEANS_LIST,     /* a list in the place of NO_PROXY */
    MEANS_ADDITION, /* a list beside NO_PROXY; an empty one takes that away */
    MEANS_SWITCH,   /* "off": no proxy at all */
};

struct program_value {
    enum program_meaning meaning;
    char *scope;     /* the section; settings of one scope displace each other */
    bool is_special; /* of one host */
    char *name;      /* as it is written */
    char *value;
    char *path;
    size_t line;
};

/* Zero-initialise: {0}. */
struct program_values {
    struct program_value *items;
    size_t count;
};

/* Adds a copy, in the place of an earlier one of that meaning and scope. 0 or -ENOMEM. */
int program_values_set(struct program_values *values, const struct program_value *value);

/* Adds a finding for each that does not mean what we have. `like` has the detector, the consumer
 * and the remedy; `empty_is_direct`: a proxy without a value is none, else it says nothing. 0 or
 * -ENOMEM. */
int program_values_report(const struct program_values *values, const struct detection *detection,
    const struct override *like, bool empty_is_direct);

void program_values_free(struct program_values *values);

#define _cleanup_program_values_ _cleanup_(program_values_free)
