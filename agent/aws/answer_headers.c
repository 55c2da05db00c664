/* SPDX-License-Identifier: MIT */
/* x-amz-retry-after as the SDKs read it
 * (botocore/retries/standard.py). */

#include "aws/answer_headers.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "lib/array.h"
#include "lib/ascii.h"
#include "lib/http_date.h"

enum { VALUE_MAX = ANSWER_ERROR_TYPE_MAX, DIGITS_MAX = 8, RETRY_AFTER_MAX_MS = 60 * 60 * 1000 };

static void take_date(struct answer_headers *headers, const char *value)
{
    headers->date = http_date_parse(value);
}

static void take_wait(struct answer_headers *headers, const char *value, uint64_t unit_ms)
{
    uint64_t wait_ms = 0;
    size_t digits = strspn(value, "0123456789");
    if (value[digits] || digits > DIGITS_MAX)
        return;
    for (size_t i = 0; i < digits; i++)
        wait_ms = wait_ms * 10 + (uint64_t) (value[i] - '0');
    wait_ms *= unit_ms;
    if (wait_ms <= RETRY_AFTER_MAX_MS && wait_ms > headers->retry_after_ms)
        headers->retry_after_ms = wait_ms;
}

static void take_retry_after(struct answer_headers *headers, const char *value)
{
    take_wait(headers, value, 1000);
}

static void take_retry_after_ms(struct answer_headers *headers, const char *value)
{
    take_wait(headers, value, 1);
}

static void take_error_type(struct answer_headers *headers, const char *value)
{
    memcpy(headers->error_type, value, strlen(value) + 1);
}

/* The value of a header, without the blanks around it. Returns whether it is one line, and fits. */
static bool copy_value(const char *at, const char *end, char ret[static VALUE_MAX])
{
    while (at < end && ascii_is_white(*at))
        at++;
    while (at < end && ascii_is_white(end[-1]))
        end--;
    size_t length = (size_t) (end - at);
    if (length >= VALUE_MAX || memchr(at, '\0', length))
        return false;
    memcpy(ret, at, length);
    ret[length] = '\0';
    return !ascii_has_control(ret);
}

void answer_headers_take(struct answer_headers *headers, const char *line, size_t length)
{
    static const struct {
        const char *name;
        void (*take)(struct answer_headers *headers, const char *value);
    } readers[] = {
        { "Date:", take_date },
        { "Retry-After:", take_retry_after },
        { "x-amz-retry-after:", take_retry_after_ms },
        { "x-amzn-ErrorType:", take_error_type },
    };
    char value[VALUE_MAX];
    if (length >= 5 && memcmp(line, "HTTP/", 5) == 0)
        *headers = (struct answer_headers){ 0 };
    for (size_t i = 0; i < ELEMENTSOF(readers); i++) {
        size_t name_length = strlen(readers[i].name);
        if (length < name_length || strncasecmp(line, readers[i].name, name_length) != 0)
            continue;
        if (copy_value(line + name_length, line + length, value))
            readers[i].take(headers, value);
    }
}
