/* SPDX-License-Identifier: MIT */
/* A reader of standard output must not take half a result for a whole one: where it was not written
 * to its end, the command fails. */

#include "cli/result.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/log.h"
#include "lib/printable.h"

int result_write_coloured(const struct buffer *text, struct error *err)
{
    (void) setvbuf(stdout, NULL, _IONBF, 0);
    if (fwrite(text->data ? text->data : "", 1, text->size, stdout) != text->size ||
        fflush(stdout) != 0)
        return error_set(err, EX_IOERR, -errno, "standard output: %s", strerror(errno));
    return 0;
}

int result_write(const struct buffer *text, struct error *err)
{
    _cleanup_buffer_ struct buffer shown = { 0 };
    return printable_append_lines(text->data, text->size, &shown) < 0
               ? error_no_memory(err)
               : result_write_coloured(&shown, err);
}

int result_finish(int r, const struct buffer *text, int status)
{
    struct error err = { 0 };
    r = r < 0 ? error_no_memory(&err) : result_write(text, &err);
    if (r == 0 || status >= EX__BASE)
        return status;
    log_error("%s", err.text);
    return err.status;
}
