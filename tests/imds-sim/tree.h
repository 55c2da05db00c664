/* SPDX-License-Identifier: MIT */
#pragma once

/* The metadata tree: read from a file, looked up by path, rendered as the real service renders. */

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <time.h>

#include "text.h"

struct tree {
    cJSON *document;
    const cJSON *latest;
    bool tokens_optional;
    bool endpoint_disabled;
};

/* 0, or the exit status of the program after a message on stderr. */
int tree_load(const char *path, struct tree *ret);
void tree_clear(struct tree *tree);

/* The length of the version a path begins with ("/latest", "/2021-03-23", "/1.0"), or 0. */
size_t tree_version_length(const char *path);

/* The body for a path: "/" or one that begins with a version; percent-encoding is undone.
 * 0, -ENOENT, or -ENOMEM. *ret is the caller's to clear. */
int tree_render(const struct tree *tree, const char *path, time_t now, struct bytes *ret);
