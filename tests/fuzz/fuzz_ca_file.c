/* SPDX-License-Identifier: MIT */
/* libFuzzer: any file with CAs. What is taken is written so that it is taken again, as it is; of
 * what is refused something is said, on one line that prints. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "lib/printable.h"
#include "trust/ca_file.h"

enum { NOW = 1797292800 };

static void parse(const struct buffer *bytes, struct ca_file *ret, struct error *err)
{
    _cleanup_strings_ struct strings warnings = { 0 };
    int r = ca_file_parse(bytes, NOW, ret, &warnings, err);
    if ((r < 0) != (err->status != 0) || (r < 0 && r != -EBADMSG) || !printable_is(err->text))
        abort();
    for (size_t i = 0; i < warnings.count; i++)
        if (!printable_is(warnings.items[i]))
            abort();
}

static void parse_again(const struct ca_file *file)
{
    _cleanup_buffer_ struct buffer written = { 0 };
    _cleanup_ca_file_ struct ca_file again = { 0 };
    struct error err = { 0 };
    for (size_t i = 0; i < file->count; i++)
        if (ca_file_append(&file->items[i], &written) < 0)
            abort();
    parse(&written, &again, &err);
    if (err.status != 0 || again.count != file->count)
        abort();
    for (size_t i = 0; i < file->count; i++)
        if (!buffer_equal(&file->items[i].base64, &again.items[i].base64) ||
            strcmp(file->items[i].hash, again.items[i].hash) != 0)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    _cleanup_ca_file_ struct ca_file file = { 0 };
    struct error err = { 0 };
    if (buffer_append(&bytes, data, size) < 0)
        abort();
    parse(&bytes, &file, &err);
    if (file.count > 0)
        parse_again(&file);
    return 0;
}
