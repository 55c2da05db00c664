/* SPDX-License-Identifier: MIT */
#pragma once

/* What the parts of the client share: client.c (attempts and the deadline), token.c, ask.c. */

#include "imds/client.h"
#include "imds/http.h"
#include "imds/meaning.h"
#include "lib/backoff.h"

struct imds_client {
    struct imds_client_options options;
    struct http_client *http;
    struct backoff backoff;
    uint64_t started_ms;
    const char *endpoint; /* borrowed from the options */
    bool is_resolved;     /* the addresses of the endpoint are known, or need not be asked for */
    char *token_header;   /* NULL with IMDSv1 */
    bool is_v1;
    bool is_marked;
    bool has_reached;  /* a connection was made, whatever came of it */
    bool is_cut_short; /* the deadline left the last requests less than their time */
    bool renewed;      /* one new token per client, no more */
    bool is_last;      /* the attempt that is shortly before the deadline has been made */
    struct imds_request_stats token_stats;
    struct imds_outcome token_outcome;
    bool has_clock;
    int64_t clock_offset_s;
};

/* Finds the addresses of an endpoint that is a host name, within what is left of the deadline. 0;
 * -EAGAIN and an error: again later; or another negative errno and an error. */
int imds_client_resolve(struct imds_client *client, struct error *err);

/* Performs the requests within what is left of the deadline. 0 with their results, or -ENOMEM and
 * an error. */
int imds_client_perform(struct imds_client *client, struct http_request requests[], size_t count,
    enum http_until until, struct error *err);

/* Waits before the next attempt, as long as the server asked for or the backoff says, but so that a
 * last attempt fits before the deadline. Returns whether there is to be another attempt. */
bool imds_client_wait(struct imds_client *client, const struct error *why, uint64_t asked_for_ms);

/* Whether a request got no answer only because the deadline cut it short: then the reason why an
 * earlier one failed tells more. */
bool imds_client_was_cut_short(const struct imds_client *client, const struct http_request *request,
    const struct error *reason);

/* Says in front of the last reason that the deadline is over. Returns -ETIMEDOUT. */
int imds_client_give_up(const struct imds_client *client, struct error *err);

/* What a request came to. */
struct imds_meaning imds_client_meaning(const struct http_request *request);

/* The words for a request whose answer is of no use. Returns the errno that goes with them. */
int imds_client_set_failure(
    const struct http_request *request, struct imds_meaning meaning, struct error *err);

/* Gets a token, a new one where there is one, by attempts until the deadline. As
 * imds_client_open(). */
int imds_client_get_token(struct imds_client *client, struct error *err);
