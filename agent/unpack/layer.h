/* SPDX-License-Identifier: MIT */
#pragma once

/* Inside of unpack/: a stream of bytes that may be packed, and what is in it. */

#include "unpack/codec.h"
#include "unpack/unpack.h"

enum layer_state {
    LAYER_HEAD,  /* not enough is known yet */
    LAYER_PLAIN, /* nothing is packed in the rest */
    LAYER_CODEC,
    LAYER_CODEC_END, /* another stream of the same kind may follow */
    LAYER_AR,
    LAYER_TAR,
    LAYER_ZIP,
    LAYER_MEMBER, /* inside of a member that is as it was */
    LAYER_DEFLATE,
    LAYER_ZIP_NEXT, /* behind a member without a size */
};

struct layer {
    struct unpack *unpack;
    unsigned int depth;
    unsigned int level; /* of the sink, for what comes out of a decoder here */
    enum layer_state state;
    enum layer_state archive; /* where a member goes back to */
    unsigned char head[UNPACK_HEAD];
    size_t head_size;
    uint64_t member_left, padding;
    bool is_sized;
    const struct codec *codec;
    void *decoder;
    struct layer *inside; /* of a member, or of what comes out */
};

struct unpack {
    struct unpack_sink sink;
    uint64_t *left; /* of all files */
    uint64_t file_left;
    int failure; /* the first */
    struct layer *file;
    unsigned char *room[UNPACK_LEVELS]; /* for what comes out */
};

/* -ENOMEM goes on as it is, all else is noted: the rest of the file may still be read. */
int layer_fail(struct layer *layer, int failure);

int layer_begin_inside(struct layer *layer, unsigned int level);
int layer_feed(struct layer *layer, const unsigned char *bytes, size_t size);
int layer_end(struct layer *layer);
void layer_end_inside(struct layer *layer);
void layer_free(struct layer *layer);

/* Begins to decode with the codec of a layer, what comes out being a stream. */
int layer_begin_codec(struct layer *layer, enum layer_state state);

/* Decodes; *consumed says how much. 1: the packed data have ended. */
int layer_decode(struct layer *layer, const unsigned char *bytes, size_t size, size_t *consumed);

/* A step in an archive: consumes some bytes, at least one. */
int archive_feed(struct layer *layer, const unsigned char *bytes, size_t size, size_t *consumed);

/* Which archive begins so; LAYER_PLAIN: none. */
enum layer_state archive_of(const unsigned char *head, size_t size);
