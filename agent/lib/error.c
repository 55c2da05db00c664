/* SPDX-License-Identifier: MIT */
/* An error carries a status and words, and is wrapped on its way up. */

#include "lib/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/printable.h"

int error_set(struct error *err, int status, int negative_errno, const char *format, ...)
{
    if (!err)
        return negative_errno;

    va_list arguments;
    va_start(arguments, format);
    (void) vsnprintf(err->text, sizeof(err->text), format, arguments);
    va_end(arguments);
    printable_make(err->text);
    err->status = status;
    return negative_errno;
}

int error_file_status(int negative_errno)
{
    if (negative_errno == -ENOMEM)
        return EX_OSERR;
    return negative_errno == -EACCES || negative_errno == -EPERM ? EX_NOPERM : EX_IOERR;
}

void error_prefix(struct error *err, const char *format, ...)
{
    if (!err)
        return;

    char prefix[ERROR_TEXT_MAX];
    va_list arguments;
    va_start(arguments, format);
    (void) vsnprintf(prefix, sizeof(prefix), format, arguments);
    va_end(arguments);

    size_t shift = strlen(prefix), length = strlen(err->text);
    if (shift + length >= sizeof(err->text))
        length = sizeof(err->text) - 1 - shift;
    memmove(err->text + shift, err->text, length);
    memcpy(err->text, prefix, shift);
    err->text[shift + length] = '\0';
    printable_make(err->text); /* the cut can go through a character */
}

void error_append(struct error *err, const char *format, ...)
{
    if (!err)
        return;

    size_t length = strlen(err->text);
    va_list arguments;
    va_start(arguments, format);
    (void) vsnprintf(err->text + length, sizeof(err->text) - length, format, arguments);
    va_end(arguments);
    printable_make(err->text + length);
}

int error_no_memory(struct error *err)
{
    return error_set(err, EX_OSERR, -ENOMEM, "out of memory");
}
