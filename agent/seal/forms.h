/* SPDX-License-Identifier: MIT */
#pragma once

/* How programs write a text: each of its characters in several ways, which may be mixed, and the
 * whole in base64, as hexadecimal digits, in UTF-16. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buffer.h"

/* A longer text is looked for by this many of its first characters. */
enum { FORM_UNITS_MAX = 64 };

/* A way to write a character: bytes of struct forms. */
struct form_way {
    uint32_t offset;
    uint16_t length;
    unsigned char first; /* the first byte */
};

/* A character and its ways. */
struct form_unit {
    uint32_t first_way;
    uint32_t ways;
    bool is_blank; /* a line end may stand in its place */
};

/* Units one after the other. */
struct form {
    unsigned int kind;  /* the caller's number */
    unsigned int where; /* the caller's bits */
    uint32_t first_unit;
    uint32_t units;
    bool is_word; /* no letter, digit or '_' stands in front of it or behind it */
    bool folds;   /* a line end may stand between two units, with blanks behind it */
};

/* Which ways a character has. */
enum form_alphabet {
    ALPHABET_TEXT,
    ALPHABET_LITTLE_ENDIAN, /* UTF-16 */
    ALPHABET_BIG_ENDIAN,
    ALPHABET_HEXADECIMAL_FIRST,
    ALPHABET_HEXADECIMAL,
    ALPHABET_BASE64,
    ALPHABETS,
};

/* Zero-initialise: {0}. */
struct forms {
    struct form_unit known[ALPHABETS][256]; /* without ways: not yet */
    struct buffer bytes;
    struct form_way *ways;
    size_t way_count;
    struct form_unit *units;
    size_t unit_count;
    struct form *items;
    size_t count;
};

/* A text to look for. */
struct form_source {
    unsigned int kind;
    unsigned int where;
    const char *text; /* any bytes but NUL */
    bool is_word;
};

/* Adds all forms of a text that are long enough not to be found by chance; none of one with fewer
 * than 4 bytes. 0 or -ENOMEM. */
int forms_add(struct forms *forms, const struct form_source *source);

void forms_free(struct forms *forms);

#define _cleanup_forms_ _cleanup_(forms_free)
