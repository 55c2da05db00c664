/* SPDX-License-Identifier: MIT */
#pragma once

/* A text as lines, none of it copied. */

#include <stdbool.h>
#include <stddef.h>

#include "lib/buffer.h"

struct line {
    const char *text;
    size_t length;    /* without the newline */
    bool has_newline; /* only the last line may lack it */
};

/* Moves to the next line; false at the end. Starts with a zero-initialised line. */
bool line_next(const struct buffer *bytes, struct line *line);

bool line_equals(const struct line *line, const char *text);
bool line_begins_with(const struct line *line, const char *text);

/* The line without the blanks and carriage returns at both ends. */
struct line line_trim(const struct line *line);

/* Moves the beginning of a line, by so many of its bytes or behind its blanks and carriage returns.
 */
void line_skip(struct line *line, size_t length);
void line_skip_blanks(struct line *line);

/* Whether the line has nothing but blanks, or a comment that begins with '#'. */
bool line_is_blank_or_comment(const struct line *line);

/* Which characters end a line for a reader, beside the newline. */
enum line_breaks {
    LINE_BREAK_RETURN = 1,  /* a carriage return without a newline behind it */
    LINE_BREAK_UNICODE = 2, /* U+0085, U+2028, U+2029 */
};

/* The number, from 1, of the first line that has one of them; 0: none has. */
size_t lines_find_break(const struct buffer *bytes, unsigned int breaks);

/* Appends the line as it was, with its newline if it had one. 0 or -ENOMEM. */
int line_append(const struct line *line, struct buffer *bytes);
