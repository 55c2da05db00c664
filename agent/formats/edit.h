/* SPDX-License-Identifier: MIT */
#pragma once

/* A file before and after: what a format makes of the environment. */

#include <stdbool.h>

#include "lib/buffer.h"
#include "proxy/environment.h"

/* The content of a file that may not exist. */
struct content {
    bool exists;
    struct buffer bytes;
};

/* A file before, and what shall become of it. */
struct edit {
    const struct environment *environment; /* empty: what is ours goes */
    const struct content *old;
    const struct content
        *backup;         /* what others wrote, where the format has no comments to hold it */
    struct content *ret; /* these two are empty before */
    struct content *ret_backup;
};

/* Makes `to`, which is empty, hold the same. 0 or -ENOMEM. */
static inline int content_copy(const struct content *from, struct content *to)
{
    to->exists = from->exists;
    return from->exists ? buffer_append(&to->bytes, from->bytes.data ? from->bytes.data : "",
                              from->bytes.size)
                        : 0;
}

static inline void content_free(struct content *content)
{
    buffer_free(&content->bytes);
    content->exists = false;
}

#define _cleanup_content_ _cleanup_(content_free)
