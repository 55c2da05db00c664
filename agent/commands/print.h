#pragma once

/* The result of a command, on standard output. */

#include "base/buffer.h"
#include "base/error.h"

/* Writes the text, of which nothing stays behind in a buffer of standard output: it may be secret.
 * 0, or a negative errno and an error with EX_IOERR. */
int print_text(const struct buffer *text, struct error *err);
