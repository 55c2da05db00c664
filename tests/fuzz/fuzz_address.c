/* SPDX-License-Identifier: MIT */
/* Addresses and blocks: the text that is written is read again as the same. */

#include <string.h>

#include "fuzz.h"
#include "lib/address.h"

static unsigned int bit_of(const struct address *address, unsigned int bit)
{
    return address->bytes[bit / 8] >> (7 - bit % 8) & 1u;
}

/* By its definition, bit by bit. */
static bool contains(const struct address *block, const struct address *address)
{
    bool is_in = block->family == address->family && block->prefix <= address->prefix;
    for (unsigned int bit = 0; is_in && bit < block->prefix; bit++)
        is_in = bit_of(block, bit) == bit_of(address, bit);
    return is_in;
}

static bool parse(const char *text, struct address *ret)
{
    struct address again;
    char written[ADDRESS_TEXT_MAX];
    if (address_parse(text, ret) < 0)
        return false;
    address_format(ret, written);
    FUZZ_CHECK(address_parse(written, &again) == 0);
    FUZZ_CHECK(address_equal(ret, &again) && ret->is_block == again.is_block);
    FUZZ_CHECK(address_contains(ret, &again) && address_overlaps(ret, &again));
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    _cleanup_mem_ char *first = fuzz_line(&input), *second = fuzz_line(&input);
    struct address a, b;
    bool is_a = parse(first, &a), is_b = parse(second, &b);
    if (!is_a || !is_b)
        return 0;
    FUZZ_CHECK(address_contains(&a, &b) == contains(&a, &b));
    FUZZ_CHECK(address_overlaps(&a, &b) == (contains(&a, &b) || contains(&b, &a)));
    FUZZ_CHECK(address_equal(&a, &b) == (contains(&a, &b) && contains(&b, &a)));
    return 0;
}
