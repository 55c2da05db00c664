/* SPDX-License-Identifier: MIT */
#pragma once

/* What outputs that set the proxy variables themselves have in common. */

#include "formats/edit.h"
#include "lib/error.h"

/* Appends a line for each variable: before, name, between, value, after. 0 or -ENOMEM. */
int variables_append(const struct environment *environment, const char *before, const char *between,
    const char *after, struct buffer *ret);

/* Likewise the value of a line in that form; the last one counts. As a variables_getter, below. */
int variables_get(const struct buffer *file, const char *before, const char *name,
    const char *between, const char *after, char **ret);

/* Reads one variable from a file by its consumer's rules: 0 and *ret, which the caller frees with
 * mem_free(); -ENOENT when the file does not set it; or -ENOMEM. */
typedef int (*variables_getter)(const struct buffer *file, const char *name, char **ret);

/* Whether the consumer, named for the error, reads each variable as it was meant: see
 * struct output_file. */
int variables_verify(const struct environment *environment, const struct content *content,
    const char *consumer, variables_getter get, struct error *err);
