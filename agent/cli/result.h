#pragma once

/* The result of a command, on standard output. */

#include "lib/buffer.h"
#include "lib/error.h"

/* Writes the text, of which nothing stays behind in a buffer of standard output: it may be secret.
 * 0, or a negative errno and an error with EX_IOERR. */
int result_write(const struct buffer *text, struct error *err);

/* The end of a command: prints its result, or says that memory was too short for one (r < 0).
 * Returns the exit status: that of the command where it has failed already, else that of this. */
int result_finish(int r, const struct buffer *text, int status);
