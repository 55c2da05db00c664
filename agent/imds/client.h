/* SPDX-License-Identifier: MIT */
#pragma once

/* Asking the metadata service: one token, several questions at once, attempts until one deadline.
 * Always direct: imds/http.h knows no proxy. */

#include <stdbool.h>
#include <stdint.h>

#include "lib/buffer.h"
#include "lib/error.h"
#include "lib/strings.h"

/* Told before each wait for another attempt. */
struct imds_observer {
    void (*waiting)(void *data, const char *why, uint64_t waited_ms, uint64_t left_ms);
    void *data;
};

/* Of the waits between attempts (lib/backoff.h). */
enum { IMDS_BACKOFF_FIRST_MS = 20, IMDS_BACKOFF_MAX_MS = 3000 };

struct imds_client_options {
    const struct strings
        *endpoints; /* one or two, as of imds/endpoint.h; the first to answer is kept */
    uint64_t request_timeout_ms;
    uint64_t deadline_ms;          /* over everything, from imds_client_new() on */
    bool allow_v1;                 /* ask without a token when none can be had */
    uint64_t seed;                 /* of the backoff's jitter */
    struct imds_observer observer; /* waiting may be NULL */
};

struct imds_client;

/* Borrows what the options point to. 0 and *ret, which the caller frees with imds_client_free(); or
 * -ENOMEM and an error. */
int imds_client_new(
    const struct imds_client_options *options, struct imds_client **ret, struct error *err);
void imds_client_free(struct imds_client *client);

/* Gets the session token, from the first endpoint that answers. 0, or a negative errno and an error
 * whose status is the exit status and which says what to do. */
int imds_client_open(struct imds_client *client, struct error *err);

enum imds_state {
    IMDS_PENDING,
    IMDS_HAS_VALUE,
    IMDS_IS_ABSENT,
    IMDS_HAS_FAILED, /* of an optional question: no later answer will be better */
};

/* One question. */
struct imds_query {
    const char *path; /* below /latest/meta-data/, or with a slash below /latest; borrowed */

    /* Reads the value; NULL: nothing to read. 0; -EAGAIN and an error when a later answer may be
     * better; another negative errno and an error to give up. */
    int (*read)(const struct buffer *body, void *data, struct error *err);
    void *data;

    /* "Not found" is no answer yet but one to wait for; this error is then the reason. */
    const char *wait_for;

    /* Asked as long as other questions of the batch need time, but not waited for, and no reason
     * for the batch to fail. */
    bool optional;

    enum imds_state state; /* how it ended; PENDING only for an optional question */
    unsigned int attempts;
    uint64_t took_ms;  /* of the last attempt */
    struct error last; /* why it is still pending, or has failed */
};

/* Asks all at once, again and again until each is settled or the deadline has passed. 0, or a
 * negative errno and the error of the first question that could not be settled. */
int imds_client_ask(
    struct imds_client *client, struct imds_query queries[], size_t count, struct error *err);

/* One request as it went, for reports. */
struct imds_request_stats {
    char *path; /* below /latest/meta-data/, or "api/token" */
    unsigned int attempts;
    uint64_t took_ms; /* of its last attempt */
};

/* What became of the last request for a token. */
struct imds_outcome {
    int result;      /* 0: an answer came; else a negative errno, as of imds/http.h */
    int status;      /* the HTTP status; 0: none */
    bool was_silent; /* the server was reached, and not a byte of an answer came */
};

/* What the client learned: whether anything has answered at all, or taken a connection; the
 * endpoint in use (NULL before open), whether it is an IPv6 address,
 * whether IMDSv1 is in use, whether packets need systemd's mark, how the requests for a token
 * went; by how many seconds the clock of the service is ahead of this machine's, by the last answer
 * with a date: true and *ret. Borrowed from the client. */
bool imds_client_has_reached(const struct imds_client *client);
const char *imds_client_endpoint(const struct imds_client *client);
bool imds_client_is_ipv6(const struct imds_client *client);
bool imds_client_is_v1(const struct imds_client *client);
bool imds_client_is_marked(const struct imds_client *client);
const struct imds_request_stats *imds_client_token_stats(const struct imds_client *client);
const struct imds_outcome *imds_client_token_outcome(const struct imds_client *client);
bool imds_client_clock_offset(const struct imds_client *client, int64_t *ret);
