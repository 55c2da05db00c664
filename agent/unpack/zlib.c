/* SPDX-License-Identifier: MIT */
/* gzip and zip, by zlib. */

#include "unpack/codec.h"

#ifdef HAVE_ZLIB

#include <errno.h>
#include <limits.h>
#define ZLIB_CONST
#include <zlib.h>

#include "lib/memory.h"

static voidpf zlib_alloc(voidpf opaque, uInt items, uInt size)
{
    (void) opaque;
    return mem_calloc(items, size);
}

static void zlib_free(voidpf opaque, voidpf pointer)
{
    (void) opaque;
    mem_free(pointer);
}

static void zlib_end(void *decoder)
{
    (void) inflateEnd(decoder);
    mem_free(decoder);
}

static void *zlib_begin(int window_bits)
{
    z_stream *stream = mem_calloc(1, sizeof(*stream));
    if (!stream)
        return NULL;
    stream->zalloc = zlib_alloc;
    stream->zfree = zlib_free;
    if (inflateInit2(stream, window_bits) == Z_OK)
        return stream;
    mem_free(stream);
    return NULL;
}

static void *gzip_begin(void)
{
    return zlib_begin(MAX_WBITS + 16);
}

static void *deflate_begin(void)
{
    return zlib_begin(-MAX_WBITS);
}

static int zlib_decode(void *decoder, struct codec_stream *stream)
{
    z_stream *zlib = decoder;
    uInt in = stream->in_left < UINT_MAX ? (uInt) stream->in_left : UINT_MAX;
    uInt out = stream->out_left < UINT_MAX ? (uInt) stream->out_left : UINT_MAX;
    zlib->next_in = stream->in;
    zlib->avail_in = in;
    zlib->next_out = stream->out;
    zlib->avail_out = out;
    int r = inflate(zlib, Z_NO_FLUSH);
    stream->in += in - zlib->avail_in;
    stream->in_left -= in - zlib->avail_in;
    stream->out += out - zlib->avail_out;
    stream->out_left -= out - zlib->avail_out;
    if (r == Z_STREAM_END)
        return 1;
    if (r == Z_MEM_ERROR)
        return -ENOMEM;
    return r == Z_OK || r == Z_BUF_ERROR ? 0 : -EBADMSG;
}

static const struct codec gzip_codec = { "gzip", zlibVersion, gzip_begin, zlib_decode, zlib_end };
static const struct codec deflate_codec = { "zip", zlibVersion, deflate_begin, zlib_decode,
    zlib_end };
const struct codec *const codec_gzip = &gzip_codec, *const codec_deflate = &deflate_codec;

#else

const struct codec *const codec_gzip = NULL, *const codec_deflate = NULL;

#endif
