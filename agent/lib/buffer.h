/* SPDX-License-Identifier: MIT */
#pragma once

/* Bytes that grow. Every buffer is wiped when freed: most hold a password or credentials at some
 * point, and none is large. */

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/cleanup.h"

/* data is NULL or followed by a NUL that is not counted in size. Zero-initialise: {0}. */
struct buffer {
    char *data;
    size_t size;
    size_t capacity;
};

/* Each appends and returns 0 or -ENOMEM; on failure the buffer is as before. */
int buffer_append(struct buffer *buffer, const void *bytes, size_t size);
int buffer_append_text(struct buffer *buffer, const char *text);
__attribute__((format(printf, 2, 3))) int buffer_printf(
    struct buffer *buffer, const char *format, ...);

__attribute__((format(printf, 2, 0))) int buffer_vprintf(
    struct buffer *buffer, const char *format, va_list arguments);

/* Whether both hold the same bytes. */
bool buffer_equal(const struct buffer *a, const struct buffer *b);

/* Hands the NUL-terminated bytes to the caller, who frees them with mem_free(); NULL when
 * nothing was ever appended and memory is short. */
char *buffer_take(struct buffer *buffer);

void buffer_free(struct buffer *buffer);

#define _cleanup_buffer_ _cleanup_(buffer_free)
