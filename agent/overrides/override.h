/* SPDX-License-Identifier: MIT */
#pragma once

/* A setting of somebody else that a consumer of ours uses in place of what we wrote. */

#include <stdbool.h>
#include <stddef.h>

#include "lib/cleanup.h"
#include "lib/json.h"
#include "lib/strings.h"
#include "proxy/environment.h"

enum override_effect {
    OVERRIDE_WINS,   /* its value is used in the place of ours */
    OVERRIDE_UNSETS, /* the variable is taken away, or the proxy is switched off */
    OVERRIDE_HIDES,  /* a file of ours is not read at all */
    OVERRIDE_LOSES,  /* ours displaces a list; the value is what it has and ours does not */
    OVERRIDE_BOWS,   /* ours is used in the place of its value */
};

struct override {
    enum override_effect effect;
    const char *detector; /* static: "login-shells", for programs */
    const char *consumer; /* static, for people: "login shells" */
    const char *remedy;   /* static: what to do */
    char *path;
    size_t line;    /* from 1; 0: the file as a whole */
    char *variable; /* or the name that the file has for it */
    char *value;    /* as far as it is known what it is, else as it is written; NULL: none */
};

/* Zero-initialise: {0}. */
struct overrides {
    struct override *items;
    size_t count;
    size_t left_out; /* more than can be listed */
    int unseen;      /* why a detector could not look at all there is, as a negative errno; 0 */
};

/* Adds a copy, unless the same line already sets the same variable there. 0 or -ENOMEM. */
int overrides_add(struct overrides *overrides, const struct override *item);
void overrides_free(struct overrides *overrides);

/* Appends a line for each, passwords hidden. 0 or -ENOMEM. */
int overrides_warn(const struct overrides *overrides, struct strings *warnings);

/* Adds "overrides", a list with an object for each, passwords hidden; false when memory is short.
 */
bool overrides_add_json(struct json *object, const struct overrides *overrides);

#define _cleanup_overrides_ _cleanup_(overrides_free)
