/* SPDX-License-Identifier: MIT */
#pragma once

/* The first line of an answer. */

#include <stdbool.h>
#include <stddef.h>

/* Whether a header line is the first one of an answer, and has another version than 1.0 and 1.1, or
 * no status of three digits: RFC 9112, 4. */
bool status_line_is_bad(const char *line, size_t length);
