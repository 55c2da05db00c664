/* SPDX-License-Identifier: MIT */
#pragma once

/* What a word of a shell script stands for, as far as it can be known without running it. */

#include "overrides/values.h"

/* A word, expanded. */
struct expansion {
    struct buffer text; /* what is not known stands in it as it is written */
    bool is_known;
    size_t work; /* steps that it took besides reading the word, roughly */
};

/* Expands quotes and parameters: $NAME, ${NAME} and its forms with - = + and %, #, /, ^^. A form
 * with = also assigns. 0 or -ENOMEM. The caller frees *ret with expansion_free(). */
int script_expand(const char *word, size_t length, struct values *values,
    const struct environment *environment, struct expansion *ret);
void expansion_free(struct expansion *expansion);

#define _cleanup_expansion_ _cleanup_(expansion_free)
