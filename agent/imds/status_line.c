/* SPDX-License-Identifier: MIT */
/* libcurl 8 takes "HTTP/2 2" for HTTP/1.0 with the status 200, so it is looked at here. */

#include "imds/status_line.h"

#include <ctype.h>
#include <string.h>

#define PROTOCOL "HTTP/"
#define VERSION  "HTTP/1."

bool status_line_is_bad(const char *line, size_t length)
{
    static const size_t least = sizeof("HTTP/1.1 200") - 1;
    if (length < strlen(PROTOCOL) || memcmp(line, PROTOCOL, strlen(PROTOCOL)) != 0)
        return false;
    if (length < least || memcmp(line, VERSION, strlen(VERSION)) != 0)
        return true;
    for (size_t i = least - strlen("200"); i < least; i++)
        if (!isdigit((unsigned char) line[i]))
            return true;
    return false;
}
