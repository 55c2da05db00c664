/* SPDX-License-Identifier: MIT */
#pragma once

/* Dates of HTTP headers. */

#include <stddef.h>
#include <stdint.h>

/* A date as RFC 9110, 5.6.7, wants it written, "Sun, 06 Nov 1994 08:49:37 GMT": in seconds since
 * 1970; 0 when it is none, or earlier. */
int64_t http_date_parse(const char *text);

/* The date of a header's line, "Date: …", with or without its line end; 0 where it is another
 * header, or has none that can be read. */
int64_t http_date_of_line(const char *line, size_t length);
