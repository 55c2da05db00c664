/* SPDX-License-Identifier: MIT */
#pragma once

/* How a client cuts a NO_PROXY list into entries. */

#include <stdbool.h>
#include <stddef.h>

#include "clients/table.h"

/* Position in a list; the entry is a part of it. */
struct split {
    const char *rest; /* NULL before the first entry */
    const char *tail; /* where nothing but commas and blanks is left in the list */
    const char *entry;
    size_t length;
    unsigned int port; /* of SPLIT_COLON: the digits behind the colon, if has_port */
    bool has_port;
    bool is_first;
    bool is_last; /* nothing at all follows it in the list */
};

/* Moves to the client's next entry, empty ones included. False at the end of what the client reads.
 * Starts with a zero-initialised split. */
bool split_next(const struct client *client, const char *list, struct split *split);

/* Whether the entry is a star and nothing else. */
bool split_is_star(const struct split *split);

/* Whether the entry and all behind it are empty, and the client drops such an end (Perl's split
 * does). */
bool split_is_empty_tail(const struct client *client, const struct split *split);
