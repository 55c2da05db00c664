#pragma once

/* What `explain` found: the route of each request for each client. */

#include "clients/matcher.h"
#include "lib/buffer.h"
#include "lib/strings.h"

struct explanation {
    const char *no_proxy; /* NULL: not set; borrowed */
    struct strings urls;
    struct request *requests;      /* one per URL */
    const struct client **clients; /* borrowed from their table */
    size_t client_count;
    struct decision
        *decisions; /* [url * client_count + client]; their entries are parts of no_proxy */
};

/* Whether clients disagree on a URL, or one fails. */
bool explanation_has_findings(const struct explanation *explanation);

/* Appends a table: URLs across, clients down, those that agree on all folded into one line; with
 * `colour` for a terminal. With `reasons` also a line for each client and URL. 0 or -ENOMEM. */
int explanation_print_table(
    const struct explanation *explanation, bool colour, bool reasons, struct buffer *ret);

/* Appends a JSON array with an object for each URL and client. 0 or -ENOMEM. */
int explanation_print_json(const struct explanation *explanation, struct buffer *ret);

void explanation_free(struct explanation *explanation);

#define _cleanup_explanation_ _cleanup_(explanation_free)
