/* SPDX-License-Identifier: MIT */
/* A library that stops at a byte stops reading all of the file, ours with it. */

#include "formats/text.h"

#include <errno.h>

#include "lib/utf8.h"

int text_check(const struct buffer *bytes, unsigned int breaks, const char *has, struct error *err)
{
    size_t line = lines_find_break(bytes, breaks);
    if (line > 0)
        return error_set(
            err, EX_IOERR, -EBADMSG, "line %zu has %s: put a newline in its place", line, has);
    return !bytes->data || utf8_is_valid(bytes->data, bytes->size)
               ? 0
               : error_set(err, EX_IOERR, -EBADMSG,
                     "it is not UTF-8: the agent would read nothing of it");
}
