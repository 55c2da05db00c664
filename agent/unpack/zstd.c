/* SPDX-License-Identifier: MIT */
/* zstd, by libzstd. Its stable interface has no allocators: what it has is not wiped. */

#include "unpack/codec.h"

#ifdef HAVE_ZSTD

#include <errno.h>
#include <zstd.h>
#include <zstd_errors.h>

enum { WINDOW_LOG_MAX = 25 }; /* 32 MiB; `zstd -19` uses 8 */

static void zstd_end(void *decoder)
{
    (void) ZSTD_freeDCtx(decoder);
}

static void *zstd_begin(void)
{
    ZSTD_DCtx *decoder = ZSTD_createDCtx();
    if (decoder &&
        !ZSTD_isError(ZSTD_DCtx_setParameter(decoder, ZSTD_d_windowLogMax, WINDOW_LOG_MAX)))
        return decoder;
    zstd_end(decoder);
    return NULL;
}

static int zstd_decode(void *decoder, struct codec_stream *stream)
{
    ZSTD_inBuffer in = { stream->in, stream->in_left, 0 };
    ZSTD_outBuffer out = { stream->out, stream->out_left, 0 };
    size_t r = ZSTD_decompressStream(decoder, &out, &in);
    stream->in += in.pos;
    stream->in_left -= in.pos;
    stream->out += out.pos;
    stream->out_left -= out.pos;
    if (!ZSTD_isError(r))
        return r == 0;
    ZSTD_ErrorCode code = ZSTD_getErrorCode(r);
    if (code == ZSTD_error_memory_allocation)
        return -ENOMEM;
    return code == ZSTD_error_frameParameter_windowTooLarge ? -E2BIG : -EBADMSG;
}

static const struct codec zstd_codec = { "zstd", ZSTD_versionString, zstd_begin, zstd_decode,
    zstd_end };
const struct codec *const codec_zstd = &zstd_codec;

#else

const struct codec *const codec_zstd = NULL;

#endif
