/* SPDX-License-Identifier: MIT */
/* xz and lzma, by liblzma. */

#include "unpack/codec.h"

#ifdef HAVE_LZMA

#include <errno.h>
#include <lzma.h>

#include "lib/memory.h"

static void *lzma_take(void *opaque, size_t count, size_t size)
{
    (void) opaque;
    return mem_calloc(count, size);
}

static void lzma_give(void *opaque, void *pointer)
{
    (void) opaque;
    mem_free(pointer);
}

static const lzma_allocator allocator = { lzma_take, lzma_give, NULL };

static void lzma_codec_end(void *decoder)
{
    lzma_end(decoder);
    mem_free(decoder);
}

static void *lzma_begin(lzma_ret (*initialise)(lzma_stream *stream))
{
    lzma_stream *stream = mem_calloc(1, sizeof(*stream));
    if (!stream)
        return NULL;
    stream->allocator = &allocator;
    if (initialise(stream) == LZMA_OK)
        return stream;
    mem_free(stream);
    return NULL;
}

static lzma_ret initialise_xz(lzma_stream *stream)
{
    return lzma_stream_decoder(stream, CODEC_MEMORY_MAX, 0);
}

static lzma_ret initialise_lzma(lzma_stream *stream)
{
    return lzma_alone_decoder(stream, CODEC_MEMORY_MAX);
}

static void *xz_codec_begin(void)
{
    return lzma_begin(initialise_xz);
}

static void *lzma_codec_begin(void)
{
    return lzma_begin(initialise_lzma);
}

static int lzma_codec_decode(void *decoder, struct codec_stream *stream)
{
    lzma_stream *lzma = decoder;
    lzma->next_in = stream->in;
    lzma->avail_in = stream->in_left;
    lzma->next_out = stream->out;
    lzma->avail_out = stream->out_left;
    lzma_ret r = lzma_code(lzma, LZMA_RUN);
    stream->in = lzma->next_in;
    stream->in_left = lzma->avail_in;
    stream->out = lzma->next_out;
    stream->out_left = lzma->avail_out;
    if (r == LZMA_STREAM_END)
        return 1;
    if (r == LZMA_MEM_ERROR)
        return -ENOMEM;
    if (r == LZMA_MEMLIMIT_ERROR)
        return -E2BIG;
    return r == LZMA_OK || r == LZMA_BUF_ERROR ? 0 : -EBADMSG;
}

static const struct codec xz_codec = { "xz", lzma_version_string, xz_codec_begin, lzma_codec_decode,
    lzma_codec_end };
static const struct codec lzma_codec = { "lzma", lzma_version_string, lzma_codec_begin,
    lzma_codec_decode, lzma_codec_end };
const struct codec *const codec_xz = &xz_codec, *const codec_lzma = &lzma_codec;

#else

const struct codec *const codec_xz = NULL, *const codec_lzma = NULL;

#endif
