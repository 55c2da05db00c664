#pragma once

/* An output: one consumer of proxy settings, the files that it reads, and how they are written.
 *
 * Adding one is a file that defines NAME_output, and its name in outputs/table.h. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lib/buffer.h"
#include "lib/error.h"
#include "proxy/values.h"

/* The content of a file that may not exist. */
struct content {
    bool exists;
    struct buffer bytes;
};

/* A file before, and what shall become of it. */
struct edit {
    const struct proxy_values *values; /* with no proxy: what is ours goes */
    const struct content *old;
    const struct content *kept; /* what of others' was put aside, as the format has no comments */
    struct content *ret;        /* these two are empty before */
    struct content *ret_kept;
};

struct block_format;

/* One file of a consumer. One of body, block and render says how it is written; with none of them
 * it is only checked. All functions are pure. */
struct output_file {
    const char *path; /* absolute, inside the tree; NULL behind the last file */
    mode_t mode;      /* of a new file */

    /* Paths, ended by NULL; when one exists, the consumer is on this machine. NULL: always. */
    const char *const *consumers;
    bool only_if_there; /* the file is changed, never made */

    /* The whole file is ours: appends its lines, behind OWNED_HEAD; none: there shall be no file.
     * 0 or -ENOMEM. */
    int (*body)(const struct proxy_values *values, struct buffer *ret);
    /* The file is shared: our lines are a block in it. */
    const struct block_format *block;
    /* The file is edited in a way of its own. 0; -EBADMSG and an error (EX_IOERR) when it is not in
     * the consumer's format; or -ENOMEM. */
    int (*render)(const struct edit *edit, struct error *err);

    /* Reads the content by the consumer's own rules and compares it with the values, which have a
     * proxy. 0; -EBADMSG and an error (EX_IOERR) that says what is read differently; or -ENOMEM. */
    int (*verify)(
        const struct proxy_values *values, const struct content *content, struct error *err);

    /* A program and its arguments, ended by NULL, that checks the syntax of its standard input;
     * asked before the file is written, where it is there. NULL: none. */
    const char *const *checker;

    /* The services that read the file when they start, ended by NULL; NULL: none. */
    const char *const *units;
};

struct output {
    const char *name; /* in the settings and in reports */
    struct output_file files[4];
};

/* A list of paths or units for the fields above. */
#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Makes `to`, which is empty, hold the same. 0 or -ENOMEM. */
static inline int content_copy(const struct content *from, struct content *to)
{
    to->exists = from->exists;
    return from->exists ? buffer_append(&to->bytes, from->bytes.data ? from->bytes.data : "",
                              from->bytes.size)
                        : 0;
}

static inline void content_free(struct content *content)
{
    buffer_free(&content->bytes);
    content->exists = false;
}

#define _cleanup_content_ _cleanup_(content_free)
