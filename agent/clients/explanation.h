/* SPDX-License-Identifier: MIT */
#pragma once

/* Which way each client sends each request, with one NO_PROXY list: what `explain` shows. */

#include "clients/matcher.h"
#include "lib/error.h"
#include "lib/strings.h"

/* Zero-initialise: {0}; set the list and the URLs. */
struct explanation {
    const char *no_proxy; /* NULL: not set; borrowed */
    struct strings urls;
    struct request *requests;      /* one per URL */
    const struct client **clients; /* borrowed from their table */
    size_t client_count;
    struct decision *decisions; /* [url * client_count + client]; their entries are in no_proxy */
};

/* Chooses the clients of a list of ids, all for NULL. 0; or a negative errno and an error with
 * EX_USAGE that offers what can be meant by an unknown id. */
int explanation_choose_clients(struct explanation *explanation, const char *ids, struct error *err);

/* Parses the URLs; their texts lose the password of a login then. 0; or a negative errno and an
 * error with EX_USAGE. */
int explanation_parse_urls(struct explanation *explanation, struct error *err);

/* Whether one of the clients looks up what a name resolves to: struct request has a place for it.
 */
bool explanation_needs_lookup(const struct explanation *explanation);

/* Finds the routes. 0, or -ENOMEM and an error. */
int explanation_find_routes(struct explanation *explanation, struct error *err);

/* The decision on a request. */
const struct decision *explanation_decision(
    const struct explanation *explanation, size_t url, size_t client);

/* How many clients send a request that way. */
size_t explanation_count(const struct explanation *explanation, size_t url, enum route route);

/* Whether clients disagree on a URL, or one fails. */
bool explanation_has_findings(const struct explanation *explanation);

void explanation_free(struct explanation *explanation);

#define _cleanup_explanation_ _cleanup_(explanation_free)
