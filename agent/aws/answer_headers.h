/* SPDX-License-Identifier: MIT */
#pragma once

/* The headers of an answer that count. Pure. */

#include <stddef.h>
#include <stdint.h>

enum { ANSWER_ERROR_TYPE_MAX = 128 };

/* Zero-initialise: {0}. */
struct answer_headers {
    int64_t date;            /* Date, in seconds since 1970; 0: none that can be read */
    uint64_t retry_after_ms; /* x-amz-retry-after (milliseconds) or Retry-After (seconds), of both
                                the longer; 0: none, or more than anybody means */
    char error_type[ANSWER_ERROR_TYPE_MAX]; /* x-amzn-ErrorType as it is; "": none that fits */
};

/* Takes what a header's line says, with or without its line end. The status line of an answer makes
 * all that an earlier one said go, as that of an interim answer (1xx). */
void answer_headers_take(struct answer_headers *headers, const char *line, size_t length);
