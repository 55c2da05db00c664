/* SPDX-License-Identifier: MIT */
#pragma once

/* Where each setting was written: for reports. */

#include "lib/strings.h"

/* Of the keys that were set; zero-initialise: {0}. */
struct origins {
    struct strings keys;  /* paths, "proxy.http", in the order in which they were first set */
    struct strings texts; /* of the key with the same index: "FILE:LINE", "--http-proxy" */
};

/* Notes where a key was set, in the place of what was noted before; with `joins` behind it, after a
 * comma. 0 or -ENOMEM; the origins are then as before. */
int origins_set(struct origins *origins, const char *key, const char *text, bool joins);

/* The text of a key, borrowed; NULL: it was not set. */
const char *origins_find(const struct origins *origins, const char *key);

void origins_free(struct origins *origins);

#define _cleanup_origins_ _cleanup_(origins_free)
