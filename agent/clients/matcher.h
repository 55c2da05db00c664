/* SPDX-License-Identifier: MIT */
#pragma once

/* Whether a client sends a request to the proxy or goes direct. */

#include <stddef.h>

#include "clients/request.h"
#include "clients/table.h"

enum route { ROUTE_DIRECT, ROUTE_PROXY, ROUTE_ERROR };

/* "direct", "proxy", "error". */
const char *route_name(enum route route);

struct decision {
    enum route route;
    const char *entry; /* the entry that decided, a part of the list; NULL: none did */
    size_t entry_length;
    const char *why; /* words that follow the entry, or stand alone; static */
};

/* The route of a request when the client has a proxy for its scheme and this list (NULL: not set).
 * Takes time in proportion to the list's length. */
struct decision matcher_route(
    const struct client *client, const char *no_proxy, const struct request *request);

/* For a request that goes to the proxy: the entry that was meant to cover it, if there is one, and
 * words that say why this client does not see it so. Otherwise the decision has no entry. */
struct decision matcher_intended_entry(const char *no_proxy, const struct request *request);
