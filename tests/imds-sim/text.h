/* SPDX-License-Identifier: MIT */
#pragma once

/* Bytes with a length (a test's body may hold NULs), base64, and the {{now}} templates. */

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct bytes {
    char *data;
    size_t size;
};

static inline void bytes_clear(struct bytes *bytes)
{
    free(bytes->data);
    bytes->data = NULL;
    bytes->size = 0;
}

/* Characters of base64, with padding, for `size` bytes. */
#define BASE64_LENGTH(size) (((size) + 2) / 3 * 4)

/* Writes BASE64_LENGTH(size) characters and a NUL to ret. */
void base64_encode(const unsigned char *data, size_t size, char *ret);

/* 0, -EINVAL when the text is not padded base64, or -ENOMEM. *ret is the caller's to clear. */
int base64_decode(const char *text, struct bytes *ret);

/* Writes the text to out; {{now}}, {{now+6h}}, {{now-15m}} (units s, m, h) become UTC times such as
 * 2026-01-02T03:04:05Z; anything else in braces stays as it is. */
void text_expand(const char *text, size_t size, time_t now, FILE *out);

/* Closes a stream of open_memstream() and sets it to NULL; 0, or -ENOMEM when anything was lost. */
int memstream_finish(FILE **stream);
