/* SPDX-License-Identifier: MIT */
/* bzip2, by libbz2. */

#include "unpack/codec.h"

#ifdef HAVE_BZIP2

#include <bzlib.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "lib/memory.h"

static void *bzip2_take(void *opaque, int items, int size)
{
    (void) opaque;
    return mem_calloc((size_t) items, (size_t) size);
}

static void bzip2_give(void *opaque, void *pointer)
{
    (void) opaque;
    mem_free(pointer);
}

static void *bzip2_begin(void)
{
    bz_stream *stream = mem_calloc(1, sizeof(*stream));
    if (!stream)
        return NULL;
    stream->bzalloc = bzip2_take;
    stream->bzfree = bzip2_give;
    if (BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK)
        return stream;
    mem_free(stream);
    return NULL;
}

static int bzip2_decode(void *decoder, struct codec_stream *stream)
{
    bz_stream *bzip2 = decoder;
    unsigned int in = stream->in_left < UINT_MAX ? (unsigned int) stream->in_left : UINT_MAX;
    unsigned int out = stream->out_left < UINT_MAX ? (unsigned int) stream->out_left : UINT_MAX;
    memcpy(&bzip2->next_in, &stream->in, sizeof(stream->in)); /* it only reads there */
    bzip2->avail_in = in;
    bzip2->next_out = (char *) stream->out;
    bzip2->avail_out = out;
    int r = BZ2_bzDecompress(bzip2);
    stream->in += in - bzip2->avail_in;
    stream->in_left -= in - bzip2->avail_in;
    stream->out += out - bzip2->avail_out;
    stream->out_left -= out - bzip2->avail_out;
    if (r == BZ_STREAM_END)
        return 1;
    if (r == BZ_MEM_ERROR)
        return -ENOMEM;
    return r == BZ_OK ? 0 : -EBADMSG;
}

static void bzip2_end(void *decoder)
{
    (void) BZ2_bzDecompressEnd(decoder);
    mem_free(decoder);
}

static const struct codec bzip2_codec = { "bzip2", BZ2_bzlibVersion, bzip2_begin, bzip2_decode,
    bzip2_end };
const struct codec *const codec_bzip2 = &bzip2_codec;

#else

const struct codec *const codec_bzip2 = NULL;

#endif
