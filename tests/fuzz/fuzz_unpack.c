/* SPDX-License-Identifier: MIT */
/* Packed data of anybody: each stream that begins has an end, none is deeper than there are levels,
 * and no more comes out than may. The input is bytes that come in pieces. */

#include <errno.h>

#include "fuzz.h"
#include "unpack/unpack.h"

enum { LIMIT = 1 << 20 };

struct seen {
    bool is_open[UNPACK_LEVELS];
    uint64_t size;
};

static int begin(unsigned int level, void *data)
{
    struct seen *seen = data;
    FUZZ_CHECK(level < UNPACK_LEVELS && !seen->is_open[level]);
    seen->is_open[level] = true;
    return 0;
}

static void take(unsigned int level, const void *bytes, size_t size, void *data)
{
    struct seen *seen = data;
    FUZZ_CHECK(seen->is_open[level] && bytes && size > 0);
    seen->size += size;
}

static void end(unsigned int level, void *data)
{
    struct seen *seen = data;
    FUZZ_CHECK(seen->is_open[level]);
    seen->is_open[level] = false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    struct seen seen = { 0 };
    const struct unpack_sink sink = { begin, take, end, &seen };
    uint64_t left = LIMIT;
    _cleanup_unpack_ struct unpack *unpack = NULL;
    size_t piece = 1 + 7 * fuzz_choice(&input, 100);
    FUZZ_CHECK(unpack_new(&sink, &left, &unpack) == 0);
    for (size_t at = 0; at < input.left; at += piece) {
        size_t part = input.left - at < piece ? input.left - at : piece;
        FUZZ_CHECK(unpack_feed(unpack, input.at + at, part) == 0);
    }
    int r = unpack_end(unpack);
    FUZZ_CHECK(r == 0 || r == -EBADMSG || r == -EOPNOTSUPP || r == -E2BIG);
    FUZZ_CHECK(seen.size + left == LIMIT);
    for (unsigned int level = 0; level < UNPACK_LEVELS; level++)
        FUZZ_CHECK(!seen.is_open[level]);
    return 0;
}
