/* SPDX-License-Identifier: MIT */
#pragma once

/* Finds forms (seal/forms.h) in bytes: all at once, in time that hardly depends on their number. */

#include "seal/form_match.h"

struct matcher;

/* Takes the forms, also on failure. 0 or -ENOMEM. The caller frees *ret with matcher_free(). */
int matcher_new(struct forms *forms, struct matcher **ret);
void matcher_free(struct matcher *matcher);

/* So many bytes behind the first one of a form, and in front of it, have to do with whether it is
 * there. */
size_t matcher_ahead(const struct matcher *matcher);
enum { MATCHER_BEHIND = 160, MATCHER_STEP = 3, MATCHER_SLACK = 6 };

/* The first place from `at` on, in front of `end`, where a form may begin, or at one of the next
 * MATCHER_STEP - 1; `end` when there is none. Mostly wrong where it is no `end`, but fast. Reads up
 * to MATCHER_SLACK bytes from `end` on. */
size_t matcher_skip(
    const struct matcher *matcher, const unsigned char *bytes, size_t at, size_t end);

/* A form that was found. */
struct matcher_match {
    unsigned int kind;
    size_t at, length;
};

/* The next form with a bit of `where` that begins at `at`, or in front of it when a line end is
 * near. *state begins as 0. False: there is no more. */
bool matcher_next(const struct matcher *matcher, const struct matcher_view *view, size_t at,
    unsigned int where, size_t *state, struct matcher_match *ret);
