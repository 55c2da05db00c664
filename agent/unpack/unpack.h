/* SPDX-License-Identifier: MIT */
#pragma once

/* Bytes that are packed, as they were before: compressed files, and what is compressed in archives
 * (ar, tar, zip), also one in another. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/cleanup.h"

/* How deep one is in another; how many bytes come out of one file; how many bytes of a file tell
 * what it is. */
enum { UNPACK_LEVELS = 3, UNPACK_HEAD = 512 };
#define UNPACK_FILE_MAX (UINT64_C(1) << 30)

/* Where the bytes go. Each stream has a level below UNPACK_LEVELS while it lasts; those of the
 * file itself do not come. */
struct unpack_sink {
    int (*begin)(unsigned int level, void *data); /* 0, or a negative errno, which ends all */
    void (*bytes)(unsigned int level, const void *bytes, size_t size, void *data);
    void (*end)(unsigned int level, void *data);
    void *data;
};

/* Whether a file that begins so (with UNPACK_HEAD bytes, or all that it has) is packed or an
 * archive. */
bool unpack_knows(const void *head, size_t size);

/* Takes the bytes of one file, in order; `left` is how many may come out of this and all later
 * files: it is counted down, and borrowed. 0 or -ENOMEM. The caller frees *ret with
 * unpack_free(). */
struct unpack;
int unpack_new(const struct unpack_sink *sink, uint64_t *left, struct unpack **ret);
void unpack_free(struct unpack *unpack);

/* 0; -ENOMEM, or what the sink returned: nothing else may follow. */
int unpack_feed(struct unpack *unpack, const void *bytes, size_t size);

/* The file has ended. 0: all of it was read. -EBADMSG: a part is broken; -EOPNOTSUPP: packed in a
 * way that this build does not know, or encrypted; -E2BIG: it is larger than the limits; -ENOMEM.
 */
int unpack_end(struct unpack *unpack);

static inline void cleanup_unpack(struct unpack **unpack)
{
    unpack_free(*unpack);
}

#define _cleanup_unpack_ _cleanup_(cleanup_unpack)
