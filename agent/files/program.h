#pragma once

/* Another program, asked whether it likes a text. */

#include "lib/buffer.h"

/* Runs a program (its absolute path and arguments, ended by NULL) with the text as its standard
 * input, no output and a bare environment. 0 when it ends with success, -EBADMSG when it does not.
 * It has no opinion where there is no such program (-ENOENT), it is killed or takes longer than a
 * few seconds (-ECANCELED), or cannot be started (another negative errno). */
int program_accepts(const char *const *command, const struct buffer *input);
