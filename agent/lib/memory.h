/* SPDX-License-Identifier: MIT */
#pragma once

/* All memory of the agent: wiped before it is freed, as credentials and passwords can be anywhere.
 * libcurl and cJSON get these functions as their allocator, so that their copies are wiped too. */

#include <stdbool.h>
#include <stddef.h>

#include "lib/cleanup.h"

/* As malloc(3), calloc(3), realloc(3), strdup(3), strndup(3), free(3). Memory of one family is
 * never handed to the other's free. */
void *mem_alloc(size_t size);
void *mem_calloc(size_t count, size_t size);
void *mem_realloc(void *pointer, size_t size);
char *mem_strdup(const char *text);
char *mem_strndup(const char *text, size_t length); /* text has at least length bytes */
void mem_free(void *pointer);

/* Room for `count` items of `size` bytes in a list that grows item by item: the list as it is while
 * it has the room, otherwise one of at least twice its size. NULL: no memory; the list is as
 * before. */
void *mem_grow(void *list, size_t count, size_t size);

/* Whether an allocation has failed since mem_forget_failure(). Libraries that use these functions
 * can have the same answer for exhausted memory and for bad input. */
bool mem_has_failed(void);
void mem_forget_failure(void);

static inline void cleanup_mem(void *pointer)
{
    mem_free(*(void **) pointer);
}

#define _cleanup_mem_ _cleanup_(cleanup_mem)
