/* SPDX-License-Identifier: MIT */
/* table: zlib, liblzma, libzstd and libbz2. */

#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "found/found.h"

FOUND(FOUND_ZLIB, const char *, NULL, zlibVersion, (void), ())
FOUND(FOUND_ZLIB, int, Z_MEM_ERROR, inflateInit2_,
    (z_streamp stream, int bits, const char *version, int size), (stream, bits, version, size))
FOUND(FOUND_ZLIB, int, Z_MEM_ERROR, inflate, (z_streamp stream, int flush), (stream, flush))
FOUND(FOUND_ZLIB, int, Z_OK, inflateEnd, (z_streamp stream), (stream))

FOUND(FOUND_LZMA, const char *, NULL, lzma_version_string, (void), ())
FOUND(FOUND_LZMA, lzma_ret, LZMA_MEM_ERROR, lzma_stream_decoder,
    (lzma_stream * stream, uint64_t limit, uint32_t flags), (stream, limit, flags))
FOUND(FOUND_LZMA, lzma_ret, LZMA_MEM_ERROR, lzma_alone_decoder,
    (lzma_stream * stream, uint64_t limit), (stream, limit))
FOUND(FOUND_LZMA, lzma_ret, LZMA_MEM_ERROR, lzma_code, (lzma_stream * stream, lzma_action action),
    (stream, action))
FOUND_VOID(FOUND_LZMA, lzma_end, (lzma_stream * stream), (stream))

FOUND(FOUND_ZSTD, const char *, NULL, ZSTD_versionString, (void), ())
FOUND(FOUND_ZSTD, ZSTD_DCtx *, NULL, ZSTD_createDCtx, (void), ())
FOUND(FOUND_ZSTD, size_t, 0, ZSTD_freeDCtx, (ZSTD_DCtx * context), (context))
FOUND(FOUND_ZSTD, size_t, 0, ZSTD_DCtx_setParameter,
    (ZSTD_DCtx * context, ZSTD_dParameter parameter, int value), (context, parameter, value))
FOUND(FOUND_ZSTD, size_t, 0, ZSTD_decompressStream,
    (ZSTD_DCtx * context, ZSTD_outBuffer *out, ZSTD_inBuffer *in), (context, out, in))
FOUND(FOUND_ZSTD, unsigned int, 1, ZSTD_isError, (size_t code), (code))
FOUND(FOUND_ZSTD, ZSTD_ErrorCode, ZSTD_error_GENERIC, ZSTD_getErrorCode, (size_t code), (code))

FOUND(FOUND_BZIP2, const char *, NULL, BZ2_bzlibVersion, (void), ())
FOUND(FOUND_BZIP2, int, BZ_MEM_ERROR, BZ2_bzDecompressInit,
    (bz_stream * stream, int verbosity, int small), (stream, verbosity, small))
FOUND(FOUND_BZIP2, int, BZ_MEM_ERROR, BZ2_bzDecompress, (bz_stream * stream), (stream))
FOUND(FOUND_BZIP2, int, BZ_OK, BZ2_bzDecompressEnd, (bz_stream * stream), (stream))
