/* SPDX-License-Identifier: MIT */
/* Bytes go from layer to layer as they come: no file is held in memory, and none is written. */

#include "unpack/unpack.h"

#include <errno.h>
#include <string.h>

#include "lib/array.h"
#include "lib/memory.h"
#include "unpack/layer.h"

enum {
    ROOM = 32768,
    DEPTH_MAX = 8, /* an archive in an archive, and so on */
    AR_MAGIC = 8,
    CODEC_HEAD = 6, /* the longest text of a format with a codec */
};

/* How a file begins that is packed; with no codec: in a way that nobody here can read. */
static const struct format {
    const char *text;
    size_t size;
    const struct codec *const *codec;
} formats[] = {
    { "\x1f\x8b\x08", 3, &codec_gzip },
    { "\xfd"
      "7zXZ",
        6, &codec_xz },
    { "\x28\xb5\x2f\xfd", 4, &codec_zstd },
    { "BZh", 3, &codec_bzip2 },
    { "\x04\x22\x4d\x18", 4, NULL }, /* lz4 */
    { "\x02\x21\x4c\x18", 4, NULL },
    { "\xff\x06\0\0sNaPpY", 10, NULL },
    { "\x1f\x9d", 2, NULL },         /* compress */
    { "\x1f\x1e", 2, NULL },         /* pack */
    { "\xed\xab\xee\xdb", 4, NULL }, /* a package of rpm */
    { "\x89LZO", 4, NULL },
    { "LZIP", 4, NULL },
    { "LRZI", 4, NULL },
    { "7z\xbc\xaf\x27\x1c", 6, NULL },
    { "Rar!\x1a\x07", 6, NULL },
    { "MSCF", 5, NULL }, /* cab, with the NUL */
    { "hsqs", 4, NULL }, /* squashfs */
    { "LUKS\xba\xbe", 6, NULL },
    { "Salted__", 8, NULL }, /* openssl enc */
    { "age-encryption.org/", 19, NULL },
};

/* The header of lzma has no magic number, but few values that make sense. */
static bool is_lzma(const unsigned char *head, size_t size)
{
    static const unsigned char unknown[8] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
    enum { HEADER = 13, SIZE = 5 };
    if (size < HEADER + 5 || head[0] != 0x5d || head[1] != 0 || head[2] != 0 || head[HEADER] != 0)
        return false;
    bool has_size = head[SIZE + 5] == 0 && head[SIZE + 6] == 0 && head[SIZE + 7] == 0;
    return has_size || memcmp(head + SIZE, unknown, sizeof(unknown)) == 0;
}

static const struct format *format_of(const unsigned char *head, size_t size)
{
    static const struct format lzma = { "", 0, &codec_lzma }, zstd = { "", 0, &codec_zstd };
    bool is_skippable =
        size >= 4 && (head[0] & 0xf0) == 0x50 && memcmp(head + 1, "\x2a\x4d\x18", 3) == 0;
    if (is_skippable) /* a frame that says nothing, in front of others */
        return &zstd;
    for (size_t i = 0; i < ELEMENTSOF(formats); i++) {
        bool fits = size >= formats[i].size && memcmp(head, formats[i].text, formats[i].size) == 0;
        if (fits && (formats[i].codec != &codec_bzip2 ||
                        (size > 9 && head[3] >= '1' && head[3] <= '9' &&
                            (memcmp(head + 4, "1AY&SY", 6) == 0 || head[4] == 0x17))))
            return &formats[i];
    }
    return is_lzma(head, size) ? &lzma : NULL;
}

bool unpack_knows(const void *head, size_t size)
{
    return format_of(head, size) || archive_of(head, size) != LAYER_PLAIN;
}

int layer_fail(struct layer *layer, int failure)
{
    if (failure == -ENOMEM)
        return failure;
    if (layer->unpack->failure == 0)
        layer->unpack->failure = failure;
    layer->state = LAYER_PLAIN;
    return 0;
}

static struct layer *layer_new(struct unpack *unpack, unsigned int depth, unsigned int level)
{
    struct layer *layer = mem_calloc(1, sizeof(*layer));
    if (layer)
        *layer = (struct layer){ .unpack = unpack, .depth = depth, .level = level };
    return layer;
}

static void layer_end_codec(struct layer *layer)
{
    if (layer->decoder)
        layer->codec->end(layer->decoder);
    layer->decoder = NULL;
}

void layer_free(struct layer *layer)
{
    if (!layer)
        return;
    layer_end_codec(layer);
    layer_free(layer->inside);
    mem_free(layer);
}

int layer_begin_inside(struct layer *layer, unsigned int level)
{
    layer_end_inside(layer);
    if (layer->depth == DEPTH_MAX)
        return 0; /* it is searched, but not looked into */
    layer->inside = layer_new(layer->unpack, layer->depth + 1, level);
    return layer->inside ? 0 : -ENOMEM;
}

void layer_end_inside(struct layer *layer)
{
    layer_free(layer->inside);
    layer->inside = NULL;
}

int layer_begin_codec(struct layer *layer, enum layer_state state)
{
    struct unpack *unpack = layer->unpack;
    layer_end_codec(layer);
    if (layer->level == UNPACK_LEVELS)
        return layer_fail(layer, -E2BIG);
    if (!unpack->room[layer->level])
        unpack->room[layer->level] = mem_alloc(ROOM);
    layer->decoder = unpack->room[layer->level] ? layer->codec->begin() : NULL;
    if (!layer->decoder)
        return -ENOMEM;
    layer->state = state;
    int r = unpack->sink.begin(layer->level, unpack->sink.data);
    return r < 0 ? r : layer_begin_inside(layer, layer->level + 1);
}

/* A stream has ended. */
static int end_stream(struct layer *layer)
{
    struct unpack *unpack = layer->unpack;
    unpack->sink.end(layer->level, unpack->sink.data);
    int r = layer->inside ? layer_end(layer->inside) : 0;
    layer_end_inside(layer);
    layer_end_codec(layer);
    return r;
}

/* What comes out goes to the sink, and may be packed itself. */
static int emit(struct layer *layer, size_t size)
{
    struct unpack *unpack = layer->unpack;
    if (size > unpack->file_left || size > *unpack->left)
        return -E2BIG;
    unpack->file_left -= size;
    *unpack->left -= size;
    unpack->sink.bytes(layer->level, unpack->room[layer->level], size, unpack->sink.data);
    return layer->inside ? layer_feed(layer->inside, unpack->room[layer->level], size) : 0;
}

int layer_decode(struct layer *layer, const unsigned char *bytes, size_t size, size_t *consumed)
{
    unsigned char *room = layer->unpack->room[layer->level];
    struct codec_stream stream = { bytes, size, room, ROOM };
    int r = 0;
    do {
        size_t before = stream.in_left;
        stream.out = room;
        stream.out_left = ROOM;
        r = layer->codec->decode(layer->decoder, &stream);
        size_t produced = ROOM - stream.out_left;
        int emitted = produced > 0 ? emit(layer, produced) : 0;
        if (emitted < 0)
            r = emitted;
        else if (r == 0 && stream.in_left > 0 && stream.in_left == before && produced == 0)
            r = -EBADMSG;
    } while (r == 0 && (stream.in_left > 0 || stream.out_left == 0));
    *consumed = size - stream.in_left;
    if (r == 0)
        return 0;
    int ended = end_stream(layer);
    if (ended < 0)
        return ended;
    if (r == 1)
        return 1;
    *consumed = size;
    return layer_fail(layer, r);
}

/* The head is whole: what it is. */
static int layer_decide(struct layer *layer)
{
    const struct format *format = format_of(layer->head, layer->head_size);
    if (!format) {
        layer->state = archive_of(layer->head, layer->head_size);
        return 0;
    }
    const struct codec *codec = format->codec ? codec_usable(*format->codec) : NULL;
    if (!codec)
        return layer_fail(layer, -EOPNOTSUPP);
    layer->codec = codec;
    return layer_begin_codec(layer, LAYER_CODEC);
}

static int feed_decided(struct layer *layer, const unsigned char *bytes, size_t size);

/* The bytes that told what it is are the first. */
static int feed_head(struct layer *layer)
{
    unsigned char head[UNPACK_HEAD];
    size_t size = layer->head_size, skipped = 0;
    int r = layer_decide(layer);
    memcpy(head, layer->head, size);
    layer->head_size = 0;
    if (layer->state == LAYER_AR)
        skipped = AR_MAGIC;
    return r < 0 ? r : feed_decided(layer, head + skipped, size - skipped);
}

/* Behind packed data: zeros, others of the same kind, or nothing that counts. */
static int feed_behind(
    struct layer *layer, const unsigned char *bytes, size_t size, size_t *consumed)
{
    for (*consumed = 0; *consumed < size && layer->head_size < CODEC_HEAD + 8;) {
        unsigned char byte = bytes[(*consumed)++];
        if (layer->head_size > 0 || byte)
            layer->head[layer->head_size++] = byte;
    }
    if (layer->head_size < CODEC_HEAD + 8)
        return 0;
    layer->state = LAYER_PLAIN;
    const struct format *format = format_of(layer->head, layer->head_size);
    if (!format || !format->codec || *format->codec != layer->codec)
        return 0;
    size_t again = layer->head_size;
    unsigned char head[CODEC_HEAD + 8];
    memcpy(head, layer->head, again);
    layer->head_size = 0;
    int r = layer_begin_codec(layer, LAYER_CODEC);
    return r < 0 ? r : feed_decided(layer, head, again);
}

static int feed_codec(
    struct layer *layer, const unsigned char *bytes, size_t size, size_t *consumed)
{
    int r = layer_decode(layer, bytes, size, consumed);
    if (r == 1)
        layer->state = LAYER_CODEC_END;
    return r < 0 ? r : 0;
}

static int feed_decided(struct layer *layer, const unsigned char *bytes, size_t size)
{
    int r = 0;
    while (r == 0 && size > 0 && layer->state != LAYER_PLAIN) {
        size_t consumed = 0;
        if (layer->state == LAYER_CODEC)
            r = feed_codec(layer, bytes, size, &consumed);
        else if (layer->state == LAYER_CODEC_END)
            r = feed_behind(layer, bytes, size, &consumed);
        else
            r = archive_feed(layer, bytes, size, &consumed);
        bytes += consumed;
        size -= consumed;
    }
    return r;
}

int layer_feed(struct layer *layer, const unsigned char *bytes, size_t size)
{
    if (layer->state != LAYER_HEAD)
        return feed_decided(layer, bytes, size);
    size_t missing = UNPACK_HEAD - layer->head_size, part = size < missing ? size : missing;
    memcpy(layer->head + layer->head_size, bytes, part);
    layer->head_size += part;
    if (layer->head_size < UNPACK_HEAD)
        return 0;
    int r = feed_head(layer);
    return r < 0 ? r : feed_decided(layer, bytes + part, size - part);
}

int layer_end(struct layer *layer)
{
    int r = layer->state == LAYER_HEAD && layer->head_size > 0 ? feed_head(layer) : 0;
    if (r == 0 && layer->decoder) {
        r = end_stream(layer);
        if (r == 0)
            r = layer_fail(layer, -EBADMSG); /* it has been cut */
    }
    bool is_cut = layer->state == LAYER_MEMBER && (layer->member_left > 0 || layer->padding > 1);
    return r == 0 && is_cut ? layer_fail(layer, -EBADMSG) : r;
}

int unpack_new(const struct unpack_sink *sink, uint64_t *left, struct unpack **ret)
{
    struct unpack *unpack = mem_calloc(1, sizeof(*unpack));
    if (!unpack)
        return -ENOMEM;
    unpack->sink = *sink;
    unpack->left = left;
    unpack->file_left = UNPACK_FILE_MAX;
    unpack->file = layer_new(unpack, 0, 0);
    if (!unpack->file) {
        unpack_free(unpack);
        return -ENOMEM;
    }
    *ret = unpack;
    return 0;
}

void unpack_free(struct unpack *unpack)
{
    if (!unpack)
        return;
    layer_free(unpack->file);
    for (size_t i = 0; i < ELEMENTSOF(unpack->room); i++)
        mem_free(unpack->room[i]);
    mem_free(unpack);
}

int unpack_feed(struct unpack *unpack, const void *bytes, size_t size)
{
    return layer_feed(unpack->file, bytes, size);
}

int unpack_end(struct unpack *unpack)
{
    int r = layer_end(unpack->file);
    return r < 0 ? r : unpack->failure;
}
