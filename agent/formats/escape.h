/* SPDX-License-Identifier: MIT */
#pragma once

/* Keys that have characters written as escapes: "\x70roxy" and "\u0070roxy" are "proxy". */

#include "lib/lines.h"

/* No name that is looked for is longer. */
enum { ESCAPE_NAME_MAX = 64 };

/* Decodes the escapes that YAML and TOML have in double quotes, as far as they stand for ASCII; any
 * other is a '?'. The two letters beyond ASCII that count as a letter of it where case does not
 * matter, U+017F as "s" and U+212A as "k", are that letter. What is longer gives "". Returns its
 * second argument. */
const char *escape_decode(const struct line *text, char ret[static ESCAPE_NAME_MAX]);
