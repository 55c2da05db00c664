/* SPDX-License-Identifier: MIT */
/* The text forms that tree and scenario files share: base64 and times relative to now. */

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "text.h"

/* The padding comes after the digits. */
#define BASE64_PADDING 64
static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

void base64_encode(const unsigned char *data, size_t size, char *ret)
{
    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        uint32_t group = (uint32_t) data[i] << 16;
        if (left > 1)
            group |= (uint32_t) data[i + 1] << 8;
        if (left > 2)
            group |= data[i + 2];
        *ret++ = base64_digits[group >> 18 & 63];
        *ret++ = base64_digits[group >> 12 & 63];
        *ret++ = base64_digits[left > 1 ? group >> 6 & 63 : BASE64_PADDING];
        *ret++ = base64_digits[left > 2 ? group & 63 : BASE64_PADDING];
    }
    *ret = '\0';
}

/* Adds the value of one digit to the group; false when the character is none. */
static bool add_digit(uint32_t *group, char character)
{
    const char *digit = character != '\0' ? strchr(base64_digits, character) : NULL;
    if (!digit || digit - base64_digits == BASE64_PADDING)
        return false;
    *group = *group << 6 | (uint32_t) (digit - base64_digits);
    return true;
}

int base64_decode(const char *text, struct bytes *ret)
{
    size_t length = strlen(text);
    if (length % 4 != 0)
        return -EINVAL;
    size_t padding = 0;
    while (padding < 2 && padding < length && text[length - padding - 1] == '=')
        padding++;
    char *data = malloc(length / 4 * 3 + 1);
    if (!data)
        return -ENOMEM;
    uint32_t group = 0;
    for (size_t i = 0; i < length; i++) {
        char digit = 'A';
        if (i < length - padding)
            digit = text[i];
        if (!add_digit(&group, digit)) {
            free(data);
            return -EINVAL;
        }
        if (i % 4 == 3) {
            data[i / 4 * 3] = (char) (group >> 16 & 0xff);
            data[i / 4 * 3 + 1] = (char) (group >> 8 & 0xff);
            data[i / 4 * 3 + 2] = (char) (group & 0xff);
        }
    }
    *ret = (struct bytes){ .data = data, .size = length / 4 * 3 - padding };
    return 0;
}

static long unit_seconds(char unit)
{
    switch (unit) {
    case 's':
        return 1;
    case 'm':
        return 60;
    case 'h':
        return 3600;
    default:
        return 0;
    }
}

/* Reads what follows "{{now": "}}" or "+6h}}". Returns the characters taken, 0 for no template. */
static size_t parse_offset(const char *text, size_t size, time_t *ret_offset)
{
    size_t used = 0;
    long seconds = 0;
    if (size > 0 && (text[0] == '+' || text[0] == '-')) {
        long count = 0;
        for (used = 1; used < size && used < 9 && isdigit((unsigned char) text[used]); used++)
            count = count * 10 + (text[used] - '0');
        if (used == 1 || used == size || unit_seconds(text[used]) == 0)
            return 0;
        seconds = count * unit_seconds(text[used++]);
        if (text[0] == '-')
            seconds = -seconds;
    }
    if (size - used < 2 || memcmp(text + used, "}}", 2) != 0)
        return 0;
    *ret_offset = seconds;
    return used + 2;
}

static void write_time(time_t when, FILE *out)
{
    struct tm parts;
    char text[40];
    if (gmtime_r(&when, &parts) && strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts) > 0)
        (void) fputs(text, out);
}

void text_expand(const char *text, size_t size, time_t now, FILE *out)
{
    static const char opening[] = "{{now";
    const size_t opening_size = sizeof(opening) - 1;
    const char *end = text + size;
    while (text < end) {
        const char *found = memmem(text, (size_t) (end - text), opening, opening_size);
        if (!found)
            found = end;
        (void) fwrite(text, 1, (size_t) (found - text), out);
        text = found;
        if (text == end)
            return;
        const char *rest = text + opening_size;
        time_t offset = 0;
        size_t used = parse_offset(rest, (size_t) (end - rest), &offset);
        if (used > 0)
            write_time(now + offset, out);
        else
            (void) fwrite(text, 1, opening_size, out);
        text = rest + used;
    }
}

int memstream_finish(FILE **stream)
{
    bool lost = ferror(*stream) != 0;
    lost |= fclose(*stream) != 0;
    *stream = NULL;
    return lost ? -ENOMEM : 0;
}
