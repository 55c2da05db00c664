/* SPDX-License-Identifier: MIT */
/* Names of files, answers of servers and what the firmware says are shown, and were chosen by
 * others. */

#include "lib/printable.h"

#include <string.h>

#include "lib/array.h"
#include "lib/utf8.h"

bool printable_is_plain(uint32_t code_point)
{
    /* The categories Cc, Cf, Zl, Zp of Unicode 15 up to U+FFFF, and the tags, in their order.
     * What is not assigned between them is taken along. */
    static const struct {
        uint32_t first, last;
    } others[] = {
        { 0x00, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, /* soft hyphen */
        { 0x600, 0x605 },                               /* signs that enclose what follows */
        { 0x61c, 0x61c },                               /* Arabic letter mark */
        { 0x6dd, 0x6dd },                               /* and again */
        { 0x70f, 0x70f },                               /* and again */
        { 0x890, 0x891 },                               /* and again */
        { 0x8e2, 0x8e2 },                               /* and again */
        { 0x180e, 0x180e },                             /* a vowel separator without width */
        { 0x200b, 0x200f },                             /* without width; marks of direction */
        { 0x2028, 0x202e },   /* separators; embeddings and overrides of direction */
        { 0x2060, 0x206f },   /* without width; isolates of direction */
        { 0xfeff, 0xfeff },   /* byte order mark */
        { 0xfff9, 0xfffb },   /* annotations */
        { 0xe0000, 0xe0fff }, /* tags, selectors */
    };
    size_t i = 0;
    while (i < ELEMENTSOF(others) && code_point > others[i].last)
        i++;
    return i == ELEMENTSOF(others) || code_point < others[i].first;
}

/* The bytes of the plain character that the text begins with; 0 when that is none. */
static size_t plain_length(const char *text, size_t length)
{
    size_t size = utf8_character_length(text, length);
    return size > 0 && printable_is_plain(utf8_code_point(text, size)) ? size : 0;
}

/* The bytes that one '?' stands for. */
static size_t odd_length(const char *text, size_t length)
{
    size_t size = utf8_character_length(text, length);
    return size > 0 ? size : 1;
}

bool printable_is(const char *text)
{
    size_t length = strlen(text), size = 0;
    for (size_t i = 0; i < length; i += size) {
        size = plain_length(text + i, length - i);
        if (size == 0)
            return false;
    }
    return true;
}

void printable_make(char *text)
{
    size_t length = strlen(text), used = 0;
    for (size_t i = 0; i < length;) {
        size_t size = plain_length(text + i, length - i);
        size_t next = i + (size > 0 ? size : odd_length(text + i, length - i));
        if (size > 0)
            memmove(text + used, text + i, size);
        else
            text[used] = '?';
        used += size > 0 ? size : 1;
        i = next;
    }
    text[used] = '\0';
}

static int printable_append(
    const char *text, size_t length, const char *controls, struct buffer *ret)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < length;) {
        bool is_kept = text[i] && strchr(controls, text[i]);
        size_t size = is_kept ? 1 : plain_length(text + i, length - i);
        r = size > 0 ? buffer_append(ret, text + i, size) : buffer_append_text(ret, "?");
        i += size > 0 ? size : odd_length(text + i, length - i);
    }
    return r;
}

int printable_append_line(const char *text, size_t length, struct buffer *ret)
{
    return printable_append(text, length, "", ret);
}

int printable_append_lines(const char *text, size_t length, struct buffer *ret)
{
    return printable_append(text, length, "\n\t", ret);
}
