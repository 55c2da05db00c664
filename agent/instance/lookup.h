/* SPDX-License-Identifier: MIT */
#pragma once

/* What names resolve to, within a time. */

#include <stdbool.h>
#include <stddef.h>

#include "lib/address.h"

struct lookup {
    const char *name; /* borrowed; NULL: nothing to look up */
    bool is_found;
    struct address address; /* the first that the name resolves to */
};

/* Looks the names up, one after the other, until the time is over. What is not found by then stays
 * so. 0, or a negative errno when not all could be asked for. */
int lookup_names(struct lookup *lookups, size_t count, unsigned int timeout_ms);
