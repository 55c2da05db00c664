/* SPDX-License-Identifier: MIT */
#pragma once

/* Characters as formats write them that escape what is special in them. */

#include <stddef.h>

/* The bytes of the character `c`, one of "@:/", that the text of `length` bytes begins with: as it
 * is, percent-encoded however often, or as JSON, C, the shell or XML escape it, with backslashes
 * doubled or not; 0: it begins with something else. */
size_t escaped_length(const char *text, size_t length, char c);
