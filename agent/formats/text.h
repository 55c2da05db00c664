/* SPDX-License-Identifier: MIT */
#pragma once

/* Text as the consumers' libraries want it. */

#include "lib/error.h"
#include "lib/lines.h"

/* Refuses text that is not UTF-8, and text with one of some breaks (lib/lines.h) in it: `has` says
 * in words what its line has then. 0, or -EBADMSG and an error with EX_IOERR. */
int text_check(const struct buffer *bytes, unsigned int breaks, const char *has, struct error *err);
