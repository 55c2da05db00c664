/* SPDX-License-Identifier: MIT */
/* ar (packages of Debian), tar and zip: only as far as what is compressed in them needs. What is
 * not compressed stands in the archive as it is. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "unpack/layer.h"

enum {
    AR_HEADER = 60,
    AR_MAGIC = 8,
    AR_SIZE = 48,
    AR_END = 58,
    TAR_BLOCK = 512,
    TAR_SIZE = 124,
    TAR_SIZE_LENGTH = 12,
    TAR_MAGIC = 257,
    ZIP_HEADER = 30,
    ZIP_FLAGS = 6,
    ZIP_METHOD = 8,
    ZIP_SIZE = 18,
    ZIP_NAME_LENGTH = 26,
    ZIP_EXTRA_LENGTH = 28,
    ZIP_ENCRYPTED = 1,
    ZIP_STREAMED = 8, /* the size stands behind the member */
    ZIP_STORED = 0,
    ZIP_DEFLATED = 8,
};

static const char ar_magic[] = "!<arch>\n", zip_magic[] = "PK\x03\x04";

enum layer_state archive_of(const unsigned char *head, size_t size)
{
    if (size >= AR_MAGIC && memcmp(head, ar_magic, AR_MAGIC) == 0)
        return LAYER_AR;
    if (size >= 4 && memcmp(head, zip_magic, 4) == 0)
        return LAYER_ZIP;
    return size >= TAR_BLOCK && memcmp(head + TAR_MAGIC, "ustar", 5) == 0 ? LAYER_TAR : LAYER_PLAIN;
}

static unsigned int read16(const unsigned char *bytes)
{
    return bytes[0] | (unsigned int) bytes[1] << 8;
}

static uint64_t read32(const unsigned char *bytes)
{
    return read16(bytes) | (uint64_t) read16(bytes + 2) << 16;
}

/* A member of a known size, which may be packed itself. */
static int begin_member(struct layer *layer, uint64_t size, uint64_t padding)
{
    layer->archive = layer->state;
    layer->state = LAYER_MEMBER;
    layer->member_left = size;
    layer->padding = padding;
    layer->head_size = 0;
    return size > 0 ? layer_begin_inside(layer, layer->level) : 0;
}

static int ar_header(struct layer *layer)
{
    char digits[AR_END - AR_SIZE + 1] = { 0 };
    memcpy(digits, layer->head + AR_SIZE, AR_END - AR_SIZE);
    if (memcmp(layer->head + AR_END, "`\n", 2) != 0)
        return layer_fail(layer, -EBADMSG);
    uint64_t size = strtoull(digits, NULL, 10);
    return begin_member(layer, size, size % 2);
}

static int tar_header(struct layer *layer)
{
    char digits[TAR_SIZE_LENGTH + 1] = { 0 };
    memcpy(digits, layer->head + TAR_SIZE, TAR_SIZE_LENGTH);
    if (!layer->head[0]) { /* the end, or nothing of tar's */
        layer->state = LAYER_PLAIN;
        return 0;
    }
    if (memcmp(layer->head + TAR_MAGIC, "ustar", 5) != 0 || (unsigned char) digits[0] >= 0x80)
        return layer_fail(layer, -EBADMSG);
    uint64_t size = strtoull(digits, NULL, 8);
    return begin_member(layer, size, (TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK);
}

static int zip_header(struct layer *layer)
{
    if (memcmp(layer->head, zip_magic, 4) != 0) { /* the directory at the end */
        layer->state = LAYER_PLAIN;
        return 0;
    }
    unsigned int flags = read16(layer->head + ZIP_FLAGS), method = read16(layer->head + ZIP_METHOD);
    uint64_t skipped =
        read16(layer->head + ZIP_NAME_LENGTH) + (uint64_t) read16(layer->head + ZIP_EXTRA_LENGTH);
    uint64_t size = read32(layer->head + ZIP_SIZE);
    bool is_deflated = method == ZIP_DEFLATED && codec_usable(codec_deflate);
    bool is_stored = method == ZIP_STORED && !(flags & ZIP_STREAMED) && size < UINT32_MAX;
    if ((flags & ZIP_ENCRYPTED) || (!is_deflated && !is_stored))
        return layer_fail(layer, -EOPNOTSUPP);
    layer->is_sized = !(flags & ZIP_STREAMED);
    layer->archive = LAYER_ZIP;
    layer->head_size = 0;
    if (is_stored) {
        /* The name is no part of it, but nothing is packed in a name. */
        layer->state = LAYER_MEMBER;
        layer->member_left = 0;
        layer->padding = skipped + size;
        return 0;
    }
    layer->codec = codec_deflate;
    layer->padding = skipped;
    return layer_begin_codec(layer, LAYER_DEFLATE);
}

/* The bytes of a header, then what it says. */
static int feed_header(
    struct layer *layer, const unsigned char *bytes, size_t size, size_t *consumed)
{
    size_t wanted = layer->state == LAYER_AR    ? AR_HEADER
                    : layer->state == LAYER_TAR ? TAR_BLOCK
                                                : ZIP_HEADER;
    size_t missing = wanted - layer->head_size, part = size < missing ? size : missing;
    memcpy(layer->head + layer->head_size, bytes, part);
    layer->head_size += part;
    *consumed = part;
    if (layer->head_size < wanted)
        return 0;
    return layer->state == LAYER_AR    ? ar_header(layer)
           : layer->state == LAYER_TAR ? tar_header(layer)
                                       : zip_header(layer);
}

static void skip_padding(struct layer *layer, size_t size, size_t *consumed)
{
    size_t part = size < layer->padding ? size : (size_t) layer->padding;
    layer->padding -= part;
    *consumed = part;
}

static int feed_member(
    struct layer *layer, const unsigned char *bytes, size_t size, size_t *consumed)
{
    int r = 0;
    *consumed = 0;
    if (layer->member_left > 0) {
        *consumed = size < layer->member_left ? size : (size_t) layer->member_left;
        r = layer->inside ? layer_feed(layer->inside, bytes, *consumed) : 0;
        layer->member_left -= *consumed;
        if (r == 0 && layer->member_left == 0 && layer->inside)
            r = layer_end(layer->inside);
    } else {
        skip_padding(layer, size, consumed);
    }
    if (layer->member_left == 0 && layer->padding == 0) {
        layer_end_inside(layer);
        layer->state = layer->archive;
    }
    return r;
}

static int feed_deflated(
    struct layer *layer, const unsigned char *bytes, size_t size, size_t *consumed)
{
    if (layer->padding > 0) {
        skip_padding(layer, size, consumed);
        return 0;
    }
    int r = layer_decode(layer, bytes, size, consumed);
    if (r == 1 && layer->state == LAYER_DEFLATE)
        layer->state = layer->is_sized ? LAYER_ZIP : LAYER_ZIP_NEXT;
    return r < 0 ? r : 0;
}

/* The next header, or the directory: what stands in between has no signature of its own always. */
static void find_next(
    struct layer *layer, const unsigned char *bytes, size_t size, size_t *consumed)
{
    for (*consumed = 0; *consumed < size && layer->state == LAYER_ZIP_NEXT;) {
        layer->head[layer->head_size++] = bytes[(*consumed)++];
        if (layer->head_size < 4)
            continue;
        bool is_header =
            memcmp(layer->head, zip_magic, 4) == 0 || memcmp(layer->head, "PK\x01\x02", 4) == 0;
        if (is_header)
            layer->state = LAYER_ZIP;
        else
            memmove(layer->head, layer->head + 1, --layer->head_size);
    }
}

int archive_feed(struct layer *layer, const unsigned char *bytes, size_t size, size_t *consumed)
{
    if (layer->state == LAYER_MEMBER)
        return feed_member(layer, bytes, size, consumed);
    if (layer->state == LAYER_DEFLATE)
        return feed_deflated(layer, bytes, size, consumed);
    if (layer->state != LAYER_ZIP_NEXT)
        return feed_header(layer, bytes, size, consumed);
    find_next(layer, bytes, size, consumed);
    return 0;
}
