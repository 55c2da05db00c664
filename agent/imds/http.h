/* SPDX-License-Identifier: MIT */
#pragma once

/* HTTP requests that can never go through a proxy, several at once over kept-alive connections; the
 * only part of the agent that transfers anything, and with lib/url.c the only one that knows
 * libcurl.
 *
 * Plain HTTP/1.1, answers of a limited size, no redirects, no netrc, no cookies, no environment
 * variable is looked at. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buffer.h"
#include "lib/cleanup.h"
#include "lib/strings.h"

struct http_client;

/* The caller fills the first part, http_perform() the second; http_request_clear() empties the
 * second. Strings are borrowed until http_perform() returns. */
struct http_request {
    const char *method; /* "GET" or "PUT" */
    const char *url;
    const char *header; /* one more header, "Name: value", or NULL */
    size_t body_max;    /* bytes; a longer body is -EMSGSIZE, as are endless headers */

    int result;              /* 0: an answer came; else a negative errno, see http_result_text() */
    int status;              /* the HTTP status, 100 to 999 */
    struct buffer body;      /* what came with it */
    uint64_t retry_after_ms; /* what a Retry-After asks for; 0: none, or more than anybody means */
    bool was_silent;         /* the server was reached, and not a byte of an answer came */
    int64_t date; /* Date of the answer, in seconds since 1970; 0: none that can be read */
    uint64_t took_ms;
};

enum http_until {
    HTTP_ALL,   /* all requests have ended */
    HTTP_FIRST, /* one of them has an answer, whatever its status */
};

/* Once per process, before anything else of this file. 0, -ENOMEM, or -EIO. */
int http_init(void);

/* 0 and *ret, which the caller frees with http_client_free(); or -ENOMEM. */
int http_client_new(struct http_client **ret);
void http_client_free(struct http_client *client);

/* Marks the packets of all later connections (SO_MARK, socket(7)); 0: none. Where the process may
 * not (it takes CAP_NET_ADMIN), their requests end as -EPERM. */
void http_client_set_mark(struct http_client *client, uint32_t mark);

/* Gives the addresses of every host name with this port, so that libcurl resolves none of them: its
 * own timeout does not bound that. Text as of lib/resolve.h. 0 or -ENOMEM. */
int http_client_set_addresses(
    struct http_client *client, const char *port, const struct strings *addresses);

/* Runs the requests in parallel over at most four connections, each at most timeout_ms long, and
 * fills in each one's result; with HTTP_FIRST the others end as -ECANCELED. Returns 0, or -ENOMEM.
 */
int http_perform(struct http_client *client, struct http_request requests[], size_t count,
    enum http_until until, uint64_t timeout_ms);

void http_request_clear(struct http_request *request);

/* What became of a request that has no answer, as words to follow the URL: "connection refused". */
const char *http_result_text(int result);
