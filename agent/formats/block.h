/* SPDX-License-Identifier: MIT */
#pragma once

/* Files that we share with others: our lines stand in a block between two marked comments. What
 * others set to something different becomes a marked comment, and comes back when ours goes; all
 * else stays byte for byte. */

#include "formats/edit.h"
#include "lib/lines.h"

/* Where a statement stands. */
enum block_location {
    LOCATION_ROOT,          /* above all sections; everywhere, where the format has none */
    LOCATION_OUR_SECTION,   /* in our section */
    LOCATION_OTHER_SECTION, /* in another one */
};

/* What a line is to the consumer. */
enum line_kind {
    LINE_EMPTY,         /* a comment, or nothing but blanks */
    LINE_STATEMENT,     /* begins a statement */
    LINE_CONTINUES,     /* goes on with the statement before */
    LINE_OUR_SECTION,   /* the header of our section */
    LINE_OTHER_SECTION, /* the header of another one */
};

/* What has to be known of the lines before to tell what a line is; each format uses what it needs.
 */
struct line_parser {
    bool open;     /* what goes on may follow */
    char quote;    /* of a string that is not at its end; NUL: none */
    size_t depth;  /* of brackets that are not closed */
    bool is_text;  /* a text may go on that no sign ends */
    size_t column; /* of the key or sign that it is of, from 0 */
};

struct block_format {
    /* The header of our section, a line that the file gets at its end with the block when it has
     * none. NULL: none is needed, the block stands at the top then. */
    const char *header;
    bool at_end; /* without a header the block stands at the end, not at the top */

    /* A reader looks for names in comments, too: they are written so that it does not find them. */
    bool hides_names;

    /* What a line is, the first one without its byte order mark. The block stands behind the first
     * header of our section. */
    enum line_kind (*classify)(const struct line *line, struct line_parser *parser);

    /* Appends our lines, none when there is nothing to say. 0 or -ENOMEM. */
    int (*append)(const struct environment *environment, struct buffer *ret);

    /* Whether a statement, which begins with this line, sets what our lines set. With no
     * environment: whether a line of our block can be one that we wrote. */
    bool (*assigns)(const struct environment *environment, enum block_location location,
        const struct line *line);
};

/* Renders the file: first everything of ours is taken out, which gives the file as others wrote
 * it; then it is put in. 0 or -ENOMEM. */
int block_render(const struct block_format *format, const struct edit *edit);

/* The file as others wrote it, into an empty content. 0 or -ENOMEM. */
int block_take_out(
    const struct block_format *format, const struct content *old, struct content *ret);

/* Whose a line of a file that block_render() made is. */
enum block_owner {
    BLOCK_OTHERS,
    BLOCK_DISPLACED, /* that of others, as a comment */
    BLOCK_OURS,
};

/* To be called for each line, in order; *is_inside begins as false. */
enum block_owner block_owner_of(const struct line *line, bool *is_inside);

/* A walk over the lines of a file. Set the first two, zero-initialise the rest. */
struct block_walk {
    const struct block_format *format;
    const struct buffer *bytes;
    struct line line; /* as it is in the file */
    struct line text; /* as the consumer sees it: without a byte order mark */
    enum line_kind kind;
    enum block_location location;
    struct line_parser parser;
};

/* Moves to the next line; false at the end. */
bool block_next(struct block_walk *walk);
