#pragma once

/* Text of any origin made fit for JSON. */

#include "lib/buffer.h"

/* Appends the bytes, with U+FFFD in place of each that is no part of a character in UTF-8 (RFC
 * 3629: no surrogates, no longer form than needed). 0 or -ENOMEM. */
int utf8_append(const char *text, size_t length, struct buffer *ret);
