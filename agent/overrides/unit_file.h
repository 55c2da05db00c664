/* SPDX-License-Identifier: MIT */
#pragma once

/* Unit files and environment files as systemd reads them: systemd.syntax(7), systemd.exec(5). */

#include <stdbool.h>
#include <stddef.h>

#include "lib/buffer.h"

/* One setting; borrowed for the time of the visit. */
struct unit_setting {
    const char *key;
    const char *value; /* without blanks at both ends */
    size_t line;       /* from 1: its first */
};

/* 0, or a negative errno, which ends the reading. */
typedef int (*unit_visit)(const struct unit_setting *setting, void *data);

/* Visits each setting of a section, "[Service]". 0, what the visitor returned, or -ENOMEM. */
int unit_file_read(const struct buffer *file, const char *section, unit_visit visit, void *data);

/* Visits each variable of an EnvironmentFile=, with its name as the key. 0, what the visitor
 * returned, or -ENOMEM. */
int unit_environment_read(const struct buffer *file, unit_visit visit, void *data);

/* Appends the next word, its quotes taken away, and moves behind it. 1; 0 at the end; or -ENOMEM.
 */
int unit_next_word(const char **text, struct buffer *ret);

/* Appends a text with its specifiers replaced, as far as they stand for a part of the unit's name.
 * 1; 0 when it has others; or -ENOMEM. */
int unit_expand(const char *text, const char *unit, struct buffer *ret);
