#pragma once

/* Files that we share with others: our lines stand in a block between two marked comments. What
 * others set to something different becomes a marked comment, and comes back when ours goes; all
 * else stays byte for byte. */

#include "base/lines.h"
#include "outputs/output.h"

/* Where a line of the file stands. */
enum block_place {
    PLACE_ROOT,   /* above all sections; everywhere, where the format has none */
    PLACE_INSIDE, /* in our section */
    PLACE_OTHER,  /* in another one */
};

struct block_format {
    /* In formats with sections, the name of ours: the block stands at its beginning. A file without
     * it gets it with the block, at the end, or with section_on_top at the top. NULL: no sections,
     * the block stands at the top. */
    const char *section;
    bool section_on_top;
    /* When the file begins with this line, the block stands behind it. May be NULL. */
    const char *behind;

    /* Appends our lines, none when there is nothing to say. 0 or -ENOMEM. */
    int (*append)(const struct proxy_values *values, struct buffer *ret);
    /* Whether a line sets what our lines set. With values that are all set: whether a line of our
     * block can be one that we wrote. */
    bool (*assigns)(
        const struct proxy_values *values, enum block_place place, const struct line *line);
    /* Whether a line goes on with the statement that began with `first`; `previous` is the line
     * before. Empty lines and comments are not asked about. NULL: a line is a statement. */
    bool (*continues)(
        const struct line *first, const struct line *previous, const struct line *line);
};

/* Makes the file anew: first everything of ours is taken out, which gives the file as others wrote
 * it; then it is put in. 0 or -ENOMEM. */
int block_render(const struct block_format *format, const struct edit *edit);
