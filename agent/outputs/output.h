#pragma once

/* An output: one consumer of proxy settings, the file that it reads, and how that file is written.
 *
 * Adding one is a file with its functions, and a row in outputs/table.c. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"
#include "proxy/values.h"

/* The content of a file that may not exist. */
struct content {
    bool exists;
    struct buffer bytes;
};

struct output {
    const char *name; /* in the settings and in reports */
    const char *path; /* absolute, inside the tree */
    mode_t mode;      /* of a new file */

    /* Pure: from what the file holds, and the values, to what it shall hold. What others wrote is
     * kept; with no values what is ours goes. 0 or -ENOMEM; *ret is empty before. */
    int (*render)(
        const struct proxy_values *values, const struct content *old, struct content *ret);

    /* Pure: reads the content by the consumer's own rules and compares it with the values. 0;
     * -EBADMSG and an error (EX_IOERR) that names the variable; or -ENOMEM. */
    int (*verify)(
        const struct proxy_values *values, const struct content *content, struct error *err);
};

/* All outputs, in the order in which they are written. */
extern const struct output outputs_table[];
extern const size_t outputs_count;

static inline void content_free(struct content *content)
{
    buffer_free(&content->bytes);
    content->exists = false;
}

#define _cleanup_content_ _cleanup_(content_free)
