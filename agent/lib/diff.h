/* SPDX-License-Identifier: MIT */
#pragma once

/* Unified diffs, for people and for patch(1). */

#include "lib/buffer.h"

/* Appends the unified diff, with three lines of context, of two texts; nothing when they are equal.
 * The names stand in its head: "/dev/null" for a file that does not exist. The time that it takes
 * is in proportion to the texts: of a long part without a line that is there once only, all goes
 * and all comes. 0 or -ENOMEM. */
int diff_unified(const char *old_name, const struct buffer *old_text, const char *new_name,
    const struct buffer *new_text, struct buffer *ret);
