/* SPDX-License-Identifier: MIT */
/* A key that only looks like another one would be missed, and what it sets would win. */

#include "formats/escape.h"

#include <stdint.h>
#include <string.h>

#include "lib/array.h"

static const struct {
    char letter;
    size_t digits;
} forms[] = { { 'x', 2 }, { 'u', 4 }, { 'U', 8 } };

static int digit_value(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *found = c ? strchr(digits, c) : NULL;
    return found ? (int) ((found - digits) % 16) : -1;
}

/* Takes so many digits, if they are there. */
static bool take_number(struct line *rest, size_t digits, uint32_t *ret)
{
    uint32_t number = 0;
    for (size_t i = 0; i < digits; i++) {
        int value = i < rest->length ? digit_value(rest->text[i]) : -1;
        if (value < 0)
            return false;
        number = number << 4 | (uint32_t) value;
    }
    line_skip(rest, digits);
    *ret = number;
    return true;
}

static char ascii_of(uint32_t character)
{
    if (character == 0x17f)
        return 's';
    if (character == 0x212a)
        return 'k';
    return (char) (character > 0 && character < 0x80 ? character : '?');
}

/* Takes an escape behind its backslash. */
static char take_escape(struct line *rest)
{
    static const char plain[] = "\"\\/ ";
    char letter = *rest->text;
    line_skip(rest, 1);
    for (size_t i = 0; i < ELEMENTSOF(forms); i++) {
        uint32_t character = 0;
        if (letter == forms[i].letter && take_number(rest, forms[i].digits, &character))
            return ascii_of(character);
    }
    return (char) (letter && strchr(plain, letter) ? letter : '?');
}

static char take_character(struct line *rest)
{
    static const struct {
        const char *bytes;
        char ascii;
    } letters[] = { { "\xc5\xbf", 's' }, { "\xe2\x84\xaa", 'k' } };
    for (size_t i = 0; i < ELEMENTSOF(letters); i++)
        if (line_begins_with(rest, letters[i].bytes)) {
            line_skip(rest, strlen(letters[i].bytes));
            return letters[i].ascii;
        }
    char c = *rest->text;
    line_skip(rest, 1);
    if (c == '\\' && rest->length > 0)
        return take_escape(rest);
    return (char) (c ? c : '?');
}

const char *escape_decode(const struct line *text, char ret[static ESCAPE_NAME_MAX])
{
    struct line rest = *text;
    size_t length = 0;
    while (rest.length > 0 && length < ESCAPE_NAME_MAX - 1)
        ret[length++] = take_character(&rest);
    ret[rest.length > 0 ? 0 : length] = '\0';
    return ret;
}
