/* SPDX-License-Identifier: MIT */
/* Text of any origin made fit for JSON. */

#include <string.h>

#include "fuzz.h"
#include "lib/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* By the definition: the number that the bytes stand for, in its shortest form. 0: none. */
static size_t valid_length(const unsigned char *p, size_t left)
{
    if (p[0] < 0x80)
        return 1;
    size_t length = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    static const unsigned long shortest[] = { 0, 0, 0x80, 0x800, 0x10000 };
    if (p[0] < 0xc0 || p[0] > 0xf7 || length > left)
        return 0;
    unsigned long number = p[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        number = number << 6 | (p[i] & 0x3fu);
    }
    bool is_surrogate = number >= 0xd800 && number <= 0xdfff;
    return number < shortest[length] || number > 0x10ffff || is_surrogate ? 0 : length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_buffer_ struct buffer expected = { 0 }, text = { 0 }, again = { 0 };
    const char *bytes = (const char *) data;
    for (size_t i = 0; i < size;) {
        size_t length = valid_length(data + i, size - i);
        FUZZ_CHECK(length > 0 ? buffer_append(&expected, data + i, length) == 0
                              : buffer_append_text(&expected, REPLACEMENT) == 0);
        i += length > 0 ? length : 1;
    }
    if (size == 0)
        return 0;
    FUZZ_CHECK(utf8_append(bytes, size, &text) == 0);
    FUZZ_CHECK(buffer_equal(&text, &expected));
    FUZZ_CHECK(utf8_append(text.data, text.size, &again) == 0 && buffer_equal(&text, &again));
    FUZZ_CHECK(utf8_mark_length(bytes, size) ==
               (size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0));
    return 0;
}
