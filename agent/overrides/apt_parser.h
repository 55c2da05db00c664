/* SPDX-License-Identifier: MIT */
#pragma once

/* apt.conf(5), read as apt does: names in scopes, three kinds of comments, #clear. */

#include <stddef.h>

#include "lib/buffer.h"

/* One statement; borrowed for the time of the visit. */
struct apt_statement {
    const char *name; /* with its scopes: "Acquire::http::Proxy", as it is written; also "#clear" */
    const char *value; /* "" where there is none */
    size_t line;       /* from 1: of the value */
};

/* 0, or a negative errno, which ends the reading. */
typedef int (*apt_visit)(const struct apt_statement *statement, void *data);

/* Visits each statement of a file, also of one that apt would refuse. 0, or what the visitor
 * returned, or -ENOMEM. */
int apt_parse(const struct buffer *file, apt_visit visit, void *data);
