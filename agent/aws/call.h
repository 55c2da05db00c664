/* SPDX-License-Identifier: MIT */
#pragma once

/* Calls to services of AWS with the role's credentials: signed, sent on the right way, and again
 * until one deadline. After http_init() (imds/http.h). */

#include <stdbool.h>
#include <stdint.h>

#include "aws/way.h"
#include "lib/buffer.h"
#include "lib/error.h"

/* Of the waits between attempts (lib/backoff.h): with these, a fleet that boots at once, and is
 * throttled, needs a quarter of the calls that shorter ones cost. */
enum { CALL_BACKOFF_FIRST_MS = 500, CALL_BACKOFF_MAX_MS = 20000 };

/* Credentials. Borrowed. */
struct call_keys {
    const char *access_key_id;
    const char *secret_access_key;
    const char *session_token; /* NULL or "": none */
};

/* What the caller does for the client. */
struct call_hooks {
    /* Fills in the credentials: before the first call, and at most once more with `again`, when the
     * service does not take them. They stay valid until the next time, or the client's end. 0, or a
     * negative errno and an error, with which the call ends. */
    int (*get_keys)(void *data, bool again, struct call_keys *ret, struct error *err);
    /* Told before each wait for another attempt. NULL: nobody asks. */
    void (*waiting)(void *data, const char *why, uint64_t waited_ms, uint64_t left_ms);
    void *data;
};

/* All borrowed. */
struct call_options {
    const char *region;
    const char *role; /* its name, for messages */
    struct way_network network;
    const char *ca_file; /* as in aws/https.h; NULL: none */
    uint64_t request_timeout_ms;
    uint64_t deadline_ms; /* over all calls, from call_client_new() on */
    uint64_t seed;        /* of the backoff's jitter */
    struct call_hooks hooks;
};

/* One call. All borrowed. */
struct call {
    const char *host;          /* lower case: "ssm.eu-west-1.amazonaws.com" */
    const char *port;          /* NULL: 443 */
    const char *service;       /* the signing name: "ssm" */
    const char *target;        /* "AmazonSSM.GetParameters" */
    const struct buffer *body; /* JSON */
    /* What a policy has to allow, for messages: "ssm:GetParameters", and an ARN. */
    const char *action;
    const char *resource;
};

/* How the last call went. */
struct call_report {
    unsigned int attempts; /* requests */
    bool is_proxied;
    bool has_new_keys;      /* the first ones were not taken */
    int64_t clock_offset_s; /* how much later it is for AWS; 0 as long as AWS does not mind */
};

struct call_client;

/* 0 and *ret, which the caller frees with call_client_free(); or -ENOMEM and an error. */
int call_client_new(
    const struct call_options *options, struct call_client **ret, struct error *err);
void call_client_free(struct call_client *client);

/* Makes a call, again and again until there is an answer that counts, or the deadline has passed.
 * Appends the body of the answer, at most HTTPS_BODY_SIZE_MAX bytes, to *ret. 0; -ENOMEM and an
 * error; or another negative errno and an error that names the host and says what to do, with
 * EX_NOPERM: a policy, or the role's credentials, do not allow it, with the action, the resource,
 * the role and the statement that is missing; EX_CONFIG: what is asked for does not exist, or the
 * request is wrong; EX_UNAVAILABLE: there is no way to the service, or its certificate is not
 * trusted; EX_TEMPFAIL: throttled, or the service in trouble, to the end; EX_DATAERR: it is not AWS
 * that answers. Behind the deadline the errno is -ETIMEDOUT, and the last reason counts. */
int call_perform(
    struct call_client *client, const struct call *call, struct buffer *ret, struct error *err);

/* Borrowed from the client. */
const struct call_report *call_client_report(const struct call_client *client);
