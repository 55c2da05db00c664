#pragma once

/* "Did you mean …?": the known word nearest to a mistyped one. */

#include <stddef.h>

/* The element of `words` with the smallest edit distance to `word`, or NULL when none is near
 * enough to be what was meant. Borrowed from `words`. */
const char *nearest_word(const char *word, const char *const words[], size_t count);
