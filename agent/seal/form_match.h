/* SPDX-License-Identifier: MIT */
#pragma once

/* Whether a form stands at a place. */

#include "seal/forms.h"

/* What can stand at the end of a line, in front of the blanks of the next one: also escaped, as in
 * JSON. A line end and its blanks have up to FORM_FOLD_MAX bytes. */
enum { FORM_LINE_ENDS = 6, FORM_FOLD_MAX = 72 };
extern const char *const form_line_ends[FORM_LINE_ENDS];

/* Some bytes of a text, of which `size` are known. */
struct matcher_view {
    const unsigned char *bytes;
    size_t size;
};

/* Whether the units of a form from one on begin at `at`; *ret is where they end. */
bool form_match(const struct forms *forms, const struct form *form, uint32_t from,
    const struct matcher_view *view, size_t at, size_t *ret);
