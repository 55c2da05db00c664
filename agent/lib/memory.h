#pragma once

/* Memory for secrets: wiped before it is freed, by whoever frees it. libcurl and cJSON get these
 * functions as their allocator, so that their copies are wiped too. */

#include <stddef.h>

#include "lib/cleanup.h"

/* As malloc(3), calloc(3), realloc(3), strdup(3), strndup(3), free(3). Memory of one family is
 * never handed to the other's free. */
void *secret_malloc(size_t size);
void *secret_calloc(size_t count, size_t size);
void *secret_realloc(void *pointer, size_t size);
char *secret_strdup(const char *text);
char *secret_strndup(const char *text, size_t length); /* text has at least length bytes */
void secret_free(void *pointer);

static inline void cleanup_secret(void *pointer)
{
    secret_free(*(void **) pointer);
}

#define _cleanup_secret_ _cleanup_(cleanup_secret)

/* Switches core dumps and debugger access by other users off for this process. Best effort: there
 * is nothing useful to do where the kernel refuses. */
void secret_protect_process(void);
