/* SPDX-License-Identifier: MIT */
/* A byte buffer on memory that is wiped when freed. */

#include "lib/buffer.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "lib/memory.h"

enum { CAPACITY_MIN = 256 };

/* Makes room for `more` bytes and the NUL. */
static int reserve(struct buffer *buffer, size_t more)
{
    if (more >= SIZE_MAX / 2 - buffer->size)
        return -ENOMEM;
    size_t needed = buffer->size + more + 1;
    if (buffer->data && needed <= buffer->capacity)
        return 0;
    size_t capacity = buffer->capacity * 2 > needed ? buffer->capacity * 2 : needed;
    if (capacity < CAPACITY_MIN)
        capacity = CAPACITY_MIN;
    char *data = mem_realloc(buffer->data, capacity);
    if (!data)
        return -ENOMEM;
    buffer->data = data;
    buffer->capacity = capacity;
    return 0;
}

int buffer_append(struct buffer *buffer, const void *bytes, size_t size)
{
    int r = reserve(buffer, size);
    if (r < 0)
        return r;
    if (size > 0)
        memcpy(buffer->data + buffer->size, bytes, size);
    buffer->size += size;
    buffer->data[buffer->size] = '\0';
    return 0;
}

int buffer_append_text(struct buffer *buffer, const char *text)
{
    return buffer_append(buffer, text, strlen(text));
}

int buffer_printf(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int r = buffer_vprintf(buffer, format, arguments);
    va_end(arguments);
    return r;
}

int buffer_vprintf(struct buffer *buffer, const char *format, va_list arguments)
{
    if (reserve(buffer, 0) < 0)
        return -ENOMEM;
    va_list again;
    va_copy(again, arguments);
    size_t room = buffer->capacity - buffer->size;
    int length = vsnprintf(buffer->data + buffer->size, room, format, arguments);
    int r = length < 0 ? -ENOMEM : reserve(buffer, (size_t) length);
    if (r == 0 && (size_t) length >= room)
        (void) vsnprintf(buffer->data + buffer->size, (size_t) length + 1, format, again);
    buffer->size += r == 0 ? (size_t) length : 0;
    buffer->data[buffer->size] = '\0';
    va_end(again);
    return r;
}

bool buffer_equal(const struct buffer *a, const struct buffer *b)
{
    return a->size == b->size && (a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
}

char *buffer_take(struct buffer *buffer)
{
    if (!buffer->data)
        (void) buffer_append(buffer, "", 0); /* makes it an empty string */
    char *data = TAKE_PTR(buffer->data);
    *buffer = (struct buffer){ 0 };
    return data;
}

void buffer_free(struct buffer *buffer)
{
    mem_free(buffer->data);
    *buffer = (struct buffer){ 0 };
}
