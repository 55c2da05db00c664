/* SPDX-License-Identifier: MIT */
#pragma once

/* The result of a command, on standard output. */

#include "lib/buffer.h"
#include "lib/error.h"

/* Writes the text, of which nothing stays behind in a buffer of standard output: it may be secret.
 * What does not print is replaced (lib/printable.h). 0, or a negative errno and an error with
 * EX_IOERR, or EX_OSERR for -ENOMEM. */
int result_write(const struct buffer *text, struct error *err);

/* The same for a text with colours in it, whose parts were made printable before. */
int result_write_coloured(const struct buffer *text, struct error *err);

/* The end of a command: prints its result, or says that memory was too short for one (r < 0).
 * Returns the exit status: that of the command where it has failed already, else that of this. */
int result_finish(int r, const struct buffer *text, int status);
