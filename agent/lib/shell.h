/* SPDX-License-Identifier: MIT */
#pragma once

/* Words of commands that are printed for a person to paste. */

#include "lib/buffer.h"

/* Appends a word that any POSIX shell reads back as it was, and that acts on no terminal: as it is
 * or in single quotes, and with what does not print (lib/printable.h) as "$(printf '…')". 0 or
 * -ENOMEM; 1, with nothing appended, for what no such word gives: a name that ends with a newline
 * and needs the last form. */
int shell_append_word(struct buffer *ret, const char *word);

/* The same for a name that is only shown: where it is no word, as one line between quotes. 0 or
 * -ENOMEM. */
int shell_append_name(struct buffer *ret, const char *name);

/* As shell_append_word(), for a path that is an argument of a command: one that begins with "-" is
 * no option. */
int shell_append_path(struct buffer *ret, const char *path);
