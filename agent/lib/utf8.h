/* SPDX-License-Identifier: MIT */
#pragma once

/* UTF-8: text of any origin made fit for JSON, and the byte order mark. */

#include <stdbool.h>
#include <stdint.h>

#include "lib/buffer.h"

/* The bytes of the character that the text begins with; 0 when that is none, or the end. */
size_t utf8_character_length(const char *text, size_t length);

/* The number of a character that has so many bytes (utf8_character_length()). */
uint32_t utf8_code_point(const char *text, size_t length);

/* Appends the bytes, with U+FFFD in place of each that is no part of a character in UTF-8 (RFC
 * 3629: no surrogates, no longer form than needed). 0 or -ENOMEM. */
int utf8_append(const char *text, size_t length, struct buffer *ret);

/* Whether all bytes are characters in UTF-8, by the same rules. */
bool utf8_is_valid(const char *text, size_t length);

/* The length of the byte order mark that the text begins with; 0 when it has none. */
size_t utf8_mark_length(const char *text, size_t length);
