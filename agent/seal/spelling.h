/* SPDX-License-Identifier: MIT */
#pragma once

/* How programs write one character. */

#include <stddef.h>
#include <stdint.h>

#include "lib/buffer.h"
#include "lib/strings.h"

/* A character of UTF-8, or a byte that is none. */
struct character {
    unsigned char bytes[4];
    size_t length;
    uint32_t point; /* the code point; of a byte that is none, the byte */
};

/* Reads the one at the beginning of a text that is not empty. */
struct character character_of(const char *text);

/* Called for each way to write a character, the character itself first. Anything but 0 ends it. */
typedef int (*spelling_found)(const struct buffer *way, void *data);

/* 0, -ENOMEM, or what the function returned. */
int spelling_each(const struct character *character, spelling_found found, void *data);

/* Adds the text as programs write a whole one: as it is, percent-encoded in each common dialect, in
 * JSON, in a unit file. 0 or -ENOMEM. */
int spelling_add_dialects(const char *text, struct strings *ret);
