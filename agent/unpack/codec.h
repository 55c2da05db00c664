/* SPDX-License-Identifier: MIT */
#pragma once

/* A way to pack bytes, by a library that the build has found. */

#include <stddef.h>

/* What a decoder may need; a file that needs more cannot be read. */
enum { CODEC_MEMORY_MAX = 40 << 20 };

/* What a decoder reads and writes; it moves both on. */
struct codec_stream {
    const unsigned char *in;
    size_t in_left;
    unsigned char *out;
    size_t out_left;
};

struct codec {
    const char *name;
    /* Of its library, a number before other words; NULL where this machine has none. */
    const char *(*version)(void);
    /* A decoder, NULL when memory is short. */
    void *(*begin)(void);
    /* 1: the packed data have ended; 0: more input, or more room, is needed; -EBADMSG: they are
     * broken; -ENOMEM; -E2BIG: it would need more than CODEC_MEMORY_MAX. */
    int (*decode)(void *decoder, struct codec_stream *stream);
    void (*end)(void *decoder);
};

/* NULL unless the codec is built in, and its library is on this machine. */
static inline const struct codec *codec_usable(const struct codec *codec)
{
    return codec && codec->version() ? codec : NULL;
}

/* Each is NULL where the build has no such library. deflate is what is inside of gzip and zip. */
extern const struct codec *const codec_gzip,
    *const codec_deflate, *const codec_xz, *const codec_lzma, *const codec_zstd, *const codec_bzip2;
