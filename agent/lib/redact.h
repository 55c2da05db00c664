#pragma once

/* Hiding what can be a password. Rather too much is hidden than too little. */

#include "lib/buffer.h"

/* Appends a text, line by line, with "***" for what can be the password of a URL in it, and for
 * what stands behind a key such as "password". 0 or -ENOMEM. */
int redact_text(const struct buffer *text, struct buffer *ret);

/* Appends one value that may be a URL, or was meant to be one, with "***" for what can be its
 * password, whatever characters it has. 0 or -ENOMEM. */
int redact_value(const char *value, struct buffer *ret);

enum { REDACTED_MAX = 256 };

/* The same into a fixed place, for messages; cut when longer. Returns its argument. */
const char *redact_to(const char *value, char text[static REDACTED_MAX]);
