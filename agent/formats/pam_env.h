/* SPDX-License-Identifier: MIT */
#pragma once

/* /etc/environment as pam_env(8) reads it, in every version since Linux-PAM 1.1. */

#include <stdbool.h>

#include "lib/lines.h"

/* The value that a session gets for a variable: that of its last assignment; a line with the name
 * alone deletes it. 0 and *ret, which the caller frees with mem_free(); -ENOENT when it is not
 * set; or -ENOMEM. */
int pam_env_get(const struct buffer *file, const char *name, char **ret);

/* Whether the line goes on in the next one: its last character but blanks is a backslash, and it
 * has no comment. Lines that are empty or a comment do not end one that goes on. Versions
 * before 1.4 know no such thing. */
bool pam_env_continues(const struct line *line);
