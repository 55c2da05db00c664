/* SPDX-License-Identifier: MIT */
#pragma once

/* JSON edited in place: where the bytes of a value are, so that everything around them stays. Which
 * value it is, and whether the text is JSON at all, lib/json.h says. */

#include "formats/edit.h"
#include "lib/buffer.h"

/* A part of a text. */
struct span {
    const char *start, *end;
};

/* A member of an object: from its key to its value, and its value alone; neither with blanks around
 * it. */
struct json_member {
    struct span whole, value;
    const char *behind; /* the comma or the bracket */
};

struct span span_of(const struct buffer *bytes);

/* The span without blanks at its end. */
struct span span_trim(struct span span);

/* Moves to the next member of the object that the text, which is valid JSON, begins with; the first
 * one behind a zero-initialised member. False at the end. */
bool json_edit_next(struct span text, struct json_member *member);

/* The member of an object by its number, likewise. */
struct json_member json_edit_find(struct span text, size_t number);

/* Makes `ret`, which is empty, the text with other bytes in place of a part. 0 or -ENOMEM. */
int json_edit_replace(
    const struct buffer *text, struct span part, struct span by, struct content *ret);
