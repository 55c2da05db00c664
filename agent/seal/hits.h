/* SPDX-License-Identifier: MIT */
#pragma once

/* What was found in one name, link, file or stream: how often, and where first. */

#include "seal/places.h"
#include "seal/scan.h"

/* Zero-initialise: {0}. */
struct hits {
    uint64_t count[TRACE_KINDS];
    uint64_t first[TRACE_KINDS];
    struct scan_hit login; /* the last one that may be a known password's; length 0: none */
};

/* A scan_found for them. After the scan hits_settle() follows. */
void hits_note(const struct scan_hit *hit, void *data);
void hits_settle(struct hits *hits);
