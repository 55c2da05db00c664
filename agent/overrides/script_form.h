/* SPDX-License-Identifier: MIT */
#pragma once

/* Forms of a parameter that make another text of its value. */

#include <stddef.h>

#include "lib/buffer.h"

/* Appends what "${NAME%suffix}", "${NAME#prefix}", "${NAME/text/other}", "${NAME^^}" and
 * "${NAME,,}" make of a value; `form` begins behind the name. 1; 0 when the form is another, or has
 * a pattern; or -ENOMEM. */
int form_append(const char *value, const char *form, size_t length, struct buffer *ret);
