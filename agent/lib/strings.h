/* SPDX-License-Identifier: MIT */
#pragma once

/* A list of strings that it owns, on memory that is wiped when freed. */

#include <stdbool.h>
#include <stddef.h>

#include "lib/cleanup.h"
#include "lib/hash_index.h"

/* Zero-initialise: {0}. */
struct strings {
    char **items;
    size_t count;
    struct hash_index index; /* of strings_add_unique() */
};

/* Each copies the text and returns 0 or -ENOMEM; on failure the list is as before. */
int strings_append(struct strings *list, const char *text);
int strings_append_n(struct strings *list, const char *text, size_t length);
__attribute__((format(printf, 2, 3))) int strings_printf(
    struct strings *list, const char *format, ...);

/* Appends copies of all texts of another list. 0, or -ENOMEM with some of them appended. */
int strings_append_all(struct strings *list, const struct strings *texts);

/* As strings_append, but a text that is there already is not added again. However long the list is,
 * this takes the same time, and so does strings_contains() behind it: the items must keep their
 * texts and their order until the last such call. */
int strings_add_unique(struct strings *list, const char *text);

bool strings_contains(const struct strings *list, const char *text);

/* The strings with a separator between them; the caller frees it with mem_free(). NULL when
 * memory is short. */
char *strings_join(const struct strings *list, const char *separator);

void strings_free(struct strings *list);

#define _cleanup_strings_ _cleanup_(strings_free)
