/* Each block carries its size in front, so that free knows how much to wipe. */

#include "lib/memory.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

struct block {
    size_t size;
    max_align_t bytes[];
};

static struct block *block_of(void *pointer)
{
    return (struct block *) (void *) ((char *) pointer - offsetof(struct block, bytes));
}

void *secret_malloc(size_t size)
{
    if (size > SIZE_MAX - sizeof(struct block)) {
        errno = ENOMEM;
        return NULL;
    }
    struct block *block = malloc(sizeof(*block) + size);
    if (!block)
        return NULL;
    block->size = size;
    return block->bytes; /* cppcheck-suppress memleak ; secret_free() finds the block again */
}

void *secret_calloc(size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        errno = ENOMEM;
        return NULL;
    }
    void *pointer = secret_malloc(total);
    if (pointer)
        memset(pointer, 0, total);
    return pointer;
}

void *secret_realloc(void *pointer, size_t size)
{
    /* realloc(3) may move a block and leave the old bytes behind. */
    void *larger = secret_malloc(size);
    if (!larger || !pointer)
        return larger;
    size_t old = block_of(pointer)->size;
    memcpy(larger, pointer, old < size ? old : size);
    secret_free(pointer);
    return larger;
}

char *secret_strndup(const char *text, size_t length)
{
    char *copy = secret_malloc(length + 1);
    if (!copy)
        return NULL;
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *secret_strdup(const char *text)
{
    return secret_strndup(text, strlen(text));
}

void secret_free(void *pointer)
{
    if (!pointer)
        return;
    struct block *block = block_of(pointer);
    explicit_bzero(block->bytes, block->size);
    free(block);
}

void secret_protect_process(void)
{
    (void) setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
    (void) prctl(PR_SET_DUMPABLE, 0);
}
