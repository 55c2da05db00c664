/* SPDX-License-Identifier: MIT */
#pragma once

/* "Did you mean …?": the known word nearest to a mistyped one, and texts that have it in them. */

#include <stdbool.h>
#include <stddef.h>

#include "lib/error.h"

/* The element of `words` with the smallest edit distance to `word`, or NULL when none is near
 * enough to be what was meant. Borrowed from `words`. */
const char *suggest_word(const char *word, const char *const words[], size_t count);

/* Appends ", did you mean NEAR?" to an error, with what belongs around the word, such as quotes;
 * nothing where no word is near (NULL). */
void suggest_append(struct error *err, const char *before, const char *near, const char *after);

/* Whether a word of the text begins with these characters, or several words in a row do: "aws-cli"
 * with the "AWS CLI 2". Only letters and digits count, in any case. Nothing begins with none. */
bool suggest_matches_prefix(const char *part, const char *text);
