/* SPDX-License-Identifier: MIT */
#pragma once

/* Which bytes give a trace away: shapes that are known, and values that are. */

#include <stdbool.h>

#include "lib/buffer.h"
#include "lib/strings.h"
#include "seal/places.h"
#include "seal/scan.h"

/* Values that are looked for beside the shapes that give a trace away. */
struct seal_values {
    struct strings passwords; /* of a proxy */
    struct strings users;
    struct strings instances; /* instance ids */
    struct strings accounts;  /* of the builder, where they are asked for; and its */
    struct strings addresses; /* private ones */
    bool all_keys;            /* each key that may log in by ssh is a trace */
};

void seal_values_free(struct seal_values *values);

/* Whether a text is an EC2 instance id: "i-" and 17 (or, before 2016, 8) hexadecimal digits. */
bool seal_is_instance_id(const char *text);

/* Makes the scan for all traces; the hits' kinds are enum seal_kind, `where` the bits of places.h.
 * Appends what is not looked for everywhere, in words. 0 or -ENOMEM. */
int seal_scan_new(const struct seal_values *values, struct strings *notes, struct scan **ret);

/* Appends a path with "***" for what must not be shown. 0 or -ENOMEM. Uses the scan. */
int seal_append_masked(struct scan *scan, const char *path, struct buffer *ret);
