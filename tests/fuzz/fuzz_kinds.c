/* SPDX-License-Identifier: MIT */
/* What has the shape of a secret: whatever stands there, and however it comes, a hit is a part of
 * it. The input is bytes. */

#include <string.h>

#include "fuzz.h"
#include "seal/patterns.h"

struct seen {
    uint64_t size;
    size_t hits;
};

static void note(const struct scan_hit *hit, void *data)
{
    struct seen *seen = data;
    FUZZ_CHECK(hit->length > 0 && hit->offset + hit->length <= seen->size);
    FUZZ_CHECK(*seal_kind_name((enum seal_kind) hit->kind));
    seen->hits++;
}

static size_t count_hits(struct scan *scan, const char *bytes, size_t size, size_t piece)
{
    struct seen seen = { .size = size };
    scan_start(scan, TRACE_ANYWHERE, 0, note, &seen);
    for (size_t at = 0; at < size; at += piece)
        scan_feed(scan, bytes + at, size - at < piece ? size - at : piece);
    scan_end(scan);
    return seen.hits;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct scan *scan;
    struct fuzz_input input = fuzz_input_of(data, size);
    struct seal_values values = { .all_keys = true };
    _cleanup_strings_ struct strings notes = { 0 };
    if (!scan)
        FUZZ_CHECK(seal_scan_new(&values, &notes, &scan) == 0);
    size_t piece = 1 + fuzz_choice(&input, 64);
    FUZZ_CHECK(count_hits(scan, input.at, input.left, piece) ==
               count_hits(scan, input.at, input.left, input.left + 1));
    return 0;
}
