#pragma once

/* Words that a shell reads back as they were. */

#include "lib/buffer.h"

/* Appends a word for any POSIX shell, in single quotes where it needs them. 0 or -ENOMEM. */
int shell_append_word(struct buffer *ret, const char *word);

/* Appends a path so that bash and a terminal take it as it is: what does not print is escaped. 0 or
 * -ENOMEM. */
int shell_append_path(struct buffer *ret, const char *path);
