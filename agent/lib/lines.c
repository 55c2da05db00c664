/* SPDX-License-Identifier: MIT */
/* A walk from newline to newline. */

#include "lib/lines.h"

#include <string.h>

#include "lib/array.h"

bool line_next(const struct buffer *bytes, struct line *line)
{
    if (!bytes->data)
        return false;
    const char *end = bytes->data + bytes->size;
    const char *start = line->text ? line->text + line->length + line->has_newline : bytes->data;
    if (start == end)
        return false;
    const char *newline = memchr(start, '\n', (size_t) (end - start));
    *line = (struct line){ start, (size_t) ((newline ? newline : end) - start), newline != NULL };
    return true;
}

bool line_equals(const struct line *line, const char *text)
{
    return line->length == strlen(text) && memcmp(line->text, text, line->length) == 0;
}

bool line_begins_with(const struct line *line, const char *text)
{
    return line->length >= strlen(text) && memcmp(line->text, text, strlen(text)) == 0;
}

static bool lines_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

void line_skip(struct line *line, size_t length)
{
    line->text += length;
    line->length -= length;
}

void line_skip_blanks(struct line *line)
{
    while (line->length > 0 && lines_is_blank(*line->text))
        line_skip(line, 1);
}

struct line line_trim(const struct line *line)
{
    struct line trimmed = { line->text, line->length, false };
    line_skip_blanks(&trimmed);
    while (trimmed.length > 0 && lines_is_blank(trimmed.text[trimmed.length - 1]))
        trimmed.length--;
    return trimmed;
}

bool line_is_blank_or_comment(const struct line *line)
{
    size_t i = 0;
    while (i < line->length && (line->text[i] == ' ' || line->text[i] == '\t'))
        i++;
    return i == line->length || line->text[i] == '#';
}

int line_append(const struct line *line, struct buffer *bytes)
{
    return buffer_append(bytes, line->text, line->length + line->has_newline);
}

/* A carriage return in front of the newline, or of the end, is a part of that. */
static bool has_return(const struct line *line)
{
    const char *found = line->length > 0 ? memchr(line->text, '\r', line->length) : NULL;
    return found && found + 1 < line->text + line->length;
}

static bool has_unicode_break(const struct line *line)
{
    static const char *const breaks[] = { "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9" };
    for (size_t i = 0; line->length > 0 && i < ELEMENTSOF(breaks); i++)
        if (memmem(line->text, line->length, breaks[i], strlen(breaks[i])))
            return true;
    return false;
}

size_t lines_find_break(const struct buffer *bytes, unsigned int breaks)
{
    size_t number = 1;
    for (struct line line = { 0 }; line_next(bytes, &line); number++)
        if (((breaks & LINE_BREAK_RETURN) && has_return(&line)) ||
            ((breaks & LINE_BREAK_UNICODE) && has_unicode_break(&line)))
            return number;
    return 0;
}
