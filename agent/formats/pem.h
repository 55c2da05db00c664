/* SPDX-License-Identifier: MIT */
#pragma once

/* The blocks of a PEM file (RFC 7468), for a reader that takes a file as it comes, and refuses what
 * some client would read differently. */

#include <stdbool.h>
#include <stddef.h>

#include "lib/buffer.h"
#include "lib/error.h"

/* A block; all borrowed from the file. */
struct pem_block {
    size_t number; /* from 1 */
    const char *label;
    size_t label_length;
    const char *body; /* between the BEGIN and the END line */
    size_t body_length;
    const char *rest; /* where the search for the next one goes on */
};

/* Moves to the next block of a file, which begins at a line's beginning, behind blanks, or behind
 * the END of the one before; text around blocks is not looked at. Starts with a zero-initialised
 * block. 1; 0 at the end of the file; or -EBADMSG and an error with EX_CONFIG, which names the
 * block: its END is missing, is another one's, or is alone. */
int pem_next(const struct buffer *file, struct pem_block *block, struct error *err);

/* Whether the block has that label. */
bool pem_is(const struct pem_block *block, const char *label);

/* Appends a block of that label: 64 columns, a newline at the end of each line. `base64` is without
 * blanks. 0 or -ENOMEM. */
int pem_append(const char *label, const struct buffer *base64, struct buffer *ret);
