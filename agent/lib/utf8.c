/* SPDX-License-Identifier: MIT */
/* The table of RFC 3629, section 4: what may follow the first byte of a character. */

#include "lib/utf8.h"

#include <string.h>

#include "lib/array.h"

static const struct {
    unsigned char first, last; /* of the first byte */
    unsigned char second_min, second_max;
    size_t length;
} forms[] = {
    { 0x00, 0x7f, 0, 0, 1 },
    { 0xc2, 0xdf, 0x80, 0xbf, 2 },
    { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
    { 0xe1, 0xec, 0x80, 0xbf, 3 },
    { 0xed, 0xed, 0x80, 0x9f, 3 },
    { 0xee, 0xef, 0x80, 0xbf, 3 },
    { 0xf0, 0xf0, 0x90, 0xbf, 4 },
    { 0xf1, 0xf3, 0x80, 0xbf, 4 },
    { 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

size_t utf8_character_length(const char *text, size_t length)
{
    const unsigned char *p = (const unsigned char *) text;
    size_t form = 0;
    if (length == 0)
        return 0;
    while (form < ELEMENTSOF(forms) && (p[0] < forms[form].first || p[0] > forms[form].last))
        form++;
    if (form == ELEMENTSOF(forms) || forms[form].length > length)
        return 0;
    if (forms[form].length > 1 && (p[1] < forms[form].second_min || p[1] > forms[form].second_max))
        return 0;
    for (size_t i = 2; i < forms[form].length; i++)
        if (p[i] < 0x80 || p[i] > 0xbf)
            return 0;
    return forms[form].length;
}

uint32_t utf8_code_point(const char *text, size_t length)
{
    static const unsigned char masks[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 }; /* of the first byte */
    uint32_t code = (unsigned char) text[0] & masks[length];
    for (size_t i = 1; i < length; i++)
        code = code << 6 | ((unsigned char) text[i] & 0x3f);
    return code;
}

int utf8_append(const char *text, size_t length, struct buffer *ret)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < length;) {
        size_t character = utf8_character_length(text + i, length - i);
        r = character > 0 ? buffer_append(ret, text + i, character)
                          : buffer_append_text(ret, "\xef\xbf\xbd");
        i += character > 0 ? character : 1;
    }
    return r;
}

bool utf8_is_valid(const char *text, size_t length)
{
    for (size_t i = 0, character; i < length; i += character) {
        character = utf8_character_length(text + i, length - i);
        if (character == 0)
            return false;
    }
    return true;
}

size_t utf8_mark_length(const char *text, size_t length)
{
    static const char mark[] = "\xef\xbb\xbf";
    size_t size = strlen(mark);
    return length >= size && memcmp(text, mark, size) == 0 ? size : 0;
}
