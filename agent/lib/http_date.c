/* SPDX-License-Identifier: MIT */
/* What a server says of its clock. */

#include "lib/http_date.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include "lib/ascii.h"

enum { DATE_MAX = 64 };

int64_t http_date_parse(const char *text)
{
    struct tm parts = { 0 };
    const char *end = strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    int64_t at = end && *end == '\0' ? timegm(&parts) : 0;
    return at > 0 ? at : 0;
}

int64_t http_date_of_line(const char *line, size_t length)
{
    static const char name[] = "Date:";
    char value[DATE_MAX];
    if (length < strlen(name) || strncasecmp(line, name, strlen(name)) != 0)
        return 0;
    const char *at = line + strlen(name), *end = line + length;
    while (at < end && ascii_is_white(*at))
        at++;
    while (at < end && ascii_is_white(end[-1]))
        end--;
    size_t size = (size_t) (end - at);
    if (size >= sizeof(value) || memchr(at, '\0', size))
        return 0;
    memcpy(value, at, size);
    value[size] = '\0';
    return http_date_parse(value);
}
