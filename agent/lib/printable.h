/* SPDX-License-Identifier: MIT */
#pragma once

/* Text of any origin, for people: nothing in it acts on a terminal, begins a line of its own, hides
 * itself or turns the direction of what is read. */

#include <stdbool.h>
#include <stdint.h>

#include "lib/buffer.h"

/* Whether a character only shows itself: it is no control character (C0, DEL, C1), no separator of
 * lines or paragraphs, and none of Unicode's that format text unseen, such as those that turn its
 * direction. */
bool printable_is_plain(uint32_t code_point);

/* Whether a text has only such characters, all in UTF-8. */
bool printable_is(const char *text);

/* Puts '?' in the place of each other character, and of each byte that is none in UTF-8. */
void printable_make(char *text);

/* Appends a text in the same way: as one line, or as lines, whose newlines and tabs stay. 0 or
 * -ENOMEM. */
int printable_append_line(const char *text, size_t length, struct buffer *ret);
int printable_append_lines(const char *text, size_t length, struct buffer *ret);
