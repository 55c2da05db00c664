/* SPDX-License-Identifier: MIT */
/* Each block carries its size in front, so that free knows how much to wipe. */

#include "lib/memory.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

struct block {
    size_t size;
    max_align_t bytes[];
};

static bool mem_failed;

bool mem_has_failed(void)
{
    return mem_failed;
}

void mem_forget_failure(void)
{
    mem_failed = false;
}

static void *mem_fail(void)
{
    mem_failed = true;
    errno = ENOMEM;
    return NULL;
}

static struct block *block_of(void *pointer)
{
    return (struct block *) (void *) ((char *) pointer - offsetof(struct block, bytes));
}

void *mem_alloc(size_t size)
{
    if (size > SIZE_MAX - sizeof(struct block))
        return mem_fail();
    struct block *block = malloc(sizeof(*block) + size);
    if (!block)
        return mem_fail();
    block->size = size;
    return block->bytes; /* cppcheck-suppress memleak ; mem_free() finds the block again */
}

void *mem_calloc(size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        return mem_fail();
    void *pointer = mem_alloc(total);
    if (pointer)
        memset(pointer, 0, total);
    return pointer;
}

void *mem_realloc(void *pointer, size_t size)
{
    /* realloc(3) may move a block and leave the old bytes behind. */
    void *larger = mem_alloc(size);
    if (!larger || !pointer)
        return larger;
    size_t old = block_of(pointer)->size;
    memcpy(larger, pointer, old < size ? old : size);
    mem_free(pointer);
    return larger;
}

void *mem_grow(void *list, size_t count, size_t size)
{
    size_t needed, old = list ? block_of(list)->size : 0;
    if (__builtin_mul_overflow(count, size, &needed))
        return mem_fail();
    if (list && needed <= old)
        return list;
    return mem_realloc(list, needed > 2 * old ? needed : 2 * old);
}

char *mem_strndup(const char *text, size_t length)
{
    char *copy = mem_alloc(length + 1);
    if (!copy)
        return NULL;
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *mem_strdup(const char *text)
{
    return mem_strndup(text, strlen(text));
}

void mem_free(void *pointer)
{
    if (!pointer)
        return;
    struct block *block = block_of(pointer);
    explicit_bzero(block->bytes, block->size);
    free(block);
}
