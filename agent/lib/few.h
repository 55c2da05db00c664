/* SPDX-License-Identifier: MIT */
#pragma once

/* What is said of each part of a list that can be very long: the first of it, and how much more
 * there is. */

#include "lib/strings.h"

/* Nobody reads more than this many. */
enum { FEW_MAX = 20 };

/* Zero-initialise: {0}. */
struct few {
    struct strings texts; /* at most FEW_MAX */
    size_t more;          /* how many were not kept */
};

/* As strings_printf(); past the limit the text is only counted. 0 or -ENOMEM. */
__attribute__((format(printf, 2, 3))) int few_printf(struct few *few, const char *format, ...);

/* Appends texts, each once, or counts them. 0 or -ENOMEM. */
int few_add(struct few *few, const struct strings *texts);

/* Appends the texts to a list, each once, and how many more there are: "and 7 more WHAT". 0 or
 * -ENOMEM. */
int few_tell(const struct few *few, const char *what, struct strings *list);

/* The first of the texts with a separator between them, and as the last how many more there are;
 * the caller frees it with mem_free(). NULL when memory is short. */
char *few_join(const struct strings *texts, const char *separator);

void few_free(struct few *few);

#define _cleanup_few_ _cleanup_(few_free)
