/* SPDX-License-Identifier: MIT */
/* One deadline over all attempts; the credentials are renewed once, the clock is corrected once. */

#include "aws/call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aws/call_failure.h"
#include "aws/fault.h"
#include "aws/https.h"
#include "aws/sigv4.h"
#include "lib/array.h"
#include "lib/backoff.h"
#include "lib/clock.h"
#include "lib/memory.h"
#include "lib/url.h"

#define CONTENT_TYPE "application/x-amz-json-1.1"
#define PORT_DEFAULT "443"

enum {
    LOOKUP_MS_MAX = 10000,
    LAST_MS = 2000, /* what a last attempt is left before the deadline, at most a quarter of it */
    /* By so much the service may make a wait longer: botocore/retries/standard.py. */
    ASKED_MORE_MS_MAX = 5000,
    /* Five minutes are tolerated; the SDKs correct from four on. */
    CLOCK_OFFSET_S_MIN = 240,
};

struct call_client {
    struct call_options options;
    struct backoff backoff;
    struct call_keys keys;
    bool has_keys, is_clock_compared;
    bool is_last;      /* the attempt that is shortly before the deadline has been made */
    bool is_cut_short; /* the deadline left the last request less than its time */
    uint64_t started_ms;
    struct call_report report;
};

/* A call under way. */
struct calling {
    struct call_client *client;
    const struct call *call;
    struct buffer authority;
    struct way way; /* without a port: not known */
};

int call_client_new(const struct call_options *options, struct call_client **ret, struct error *err)
{
    struct call_client *client = mem_calloc(1, sizeof(*client));
    if (!client)
        return error_no_memory(err);
    client->options = *options;
    client->backoff = backoff_start(options->seed, CALL_BACKOFF_FIRST_MS, CALL_BACKOFF_MAX_MS);
    client->started_ms = clock_now_ms();
    *ret = client;
    return 0;
}

void call_client_free(struct call_client *client)
{
    mem_free(client);
}

static uint64_t call_waited_ms(const struct call_client *client)
{
    return clock_now_ms() - client->started_ms;
}

static uint64_t call_left_ms(const struct call_client *client)
{
    uint64_t waited = call_waited_ms(client);
    return waited < client->options.deadline_ms ? client->options.deadline_ms - waited : 0;
}

/* No longer than what is left, and never nothing. */
static uint64_t bounded_ms(const struct call_client *client, uint64_t longest_ms)
{
    uint64_t left = call_left_ms(client);
    return left == 0 ? 1 : left < longest_ms ? left : longest_ms;
}

static int get_keys(struct call_client *client, bool again, struct error *err)
{
    int r = client->options.hooks.get_keys(client->options.hooks.data, again, &client->keys, err);
    if (r == 0)
        client->has_keys = true;
    return r == -EAGAIN ? -EIO : r; /* what is worth another attempt is tried by the hook */
}

static int find_way(struct calling *calling, struct error *err)
{
    struct call_client *client = calling->client;
    const struct call *call = calling->call;
    if (calling->way.port)
        return 0;
    int r = way_find(call->host, call->port ? call->port : PORT_DEFAULT, &client->options.network,
        bounded_ms(client, LOOKUP_MS_MAX), &calling->way, err);
    if (r == 0)
        client->report.is_proxied = calling->way.proxy != NULL;
    return r;
}

static int make_authority(const struct call *call, struct buffer *ret)
{
    int r = url_append_host(ret, call->host);
    if (r == 0 && call->port && strcmp(call->port, PORT_DEFAULT) != 0)
        r = buffer_printf(ret, ":%s", call->port);
    return r;
}

/* The headers of a request that is signed now. */
static int sign_headers(const struct calling *calling, struct strings *ret)
{
    const struct call_client *client = calling->client;
    const struct call *call = calling->call;
    const struct sigv4_request request = {
        .host = calling->authority.data,
        .content_type = CONTENT_TYPE,
        .target = call->target,
        .body = call->body->data,
        .body_size = call->body->size,
        .access_key_id = client->keys.access_key_id,
        .secret_access_key = client->keys.secret_access_key,
        .session_token = client->keys.session_token,
        .region = client->options.region,
        .service = call->service,
        .time = (int64_t) time(NULL) + client->report.clock_offset_s,
    };
    _cleanup_sigv4_headers_ struct sigv4_headers signature = { 0 };
    int r = sigv4_sign(&request, &signature);
    if (r < 0)
        return r;
    const struct {
        const char *name, *value;
    } headers[] = {
        { "Content-Type", CONTENT_TYPE },
        { "X-Amz-Target", call->target },
        { "X-Amz-Date", signature.date },
        { "X-Amz-Security-Token", client->keys.session_token },
        { "Authorization", signature.authorization },
    };
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(headers); i++)
        if (headers[i].value && *headers[i].value)
            r = strings_printf(ret, "%s: %s", headers[i].name, headers[i].value);
    return r;
}

/* Whether AWS's clock differs so much that it is the reason; then signatures have its time from now
 * on. */
static bool correct_clock(struct call_client *client, int64_t date)
{
    int64_t offset = date - (int64_t) time(NULL);
    if (date == 0 || client->is_clock_compared ||
        llabs(offset - client->report.clock_offset_s) < CLOCK_OFFSET_S_MIN)
        return false;
    client->is_clock_compared = true;
    client->report.clock_offset_s = offset;
    return true;
}

static bool is_worth_new_keys(const struct call_client *client, enum fault_kind kind)
{
    return (kind == FAULT_CREDENTIALS || kind == FAULT_SIGNATURE) && !client->report.has_new_keys;
}

/* 1: again at once, with something else; -EAGAIN and an error: again later; or another negative
 * errno and an error. */
static int judge_fault(
    struct calling *calling, const struct https_request *request, struct error *err)
{
    struct call_client *client = calling->client;
    struct fault fault;
    if (fault_read(request->status, request->answer.error_type, &request->answer_body, &fault) < 0)
        return error_no_memory(err);
    if (fault.kind == FAULT_SIGNATURE && correct_clock(client, request->answer.date))
        return 1;
    if (is_worth_new_keys(client, fault.kind)) {
        client->report.has_new_keys = true;
        int r = get_keys(client, true, err);
        return r < 0 ? r : 1;
    }
    return call_failure_of_fault(&client->options, calling->call, request->status, &fault, err);
}

/* Of a request without an answer: -EAGAIN and an error, or another negative errno and an error. */
static int judge_loss(
    struct calling *calling, const struct https_request *request, struct error *err)
{
    bool is_cut_short = calling->client->is_cut_short && request->result == -ETIMEDOUT;
    int r = -EAGAIN;
    if (!is_cut_short || err->status == 0) /* else the reason that is known tells more */
        r = call_failure_of_request(calling->call, request, err);
    way_free(&calling->way); /* the next attempt may know a better one */
    return r;
}

/* As judge_fault(); 0: the answer is appended to *ret. */
static int judge_request(struct calling *calling, const struct https_request *request,
    struct buffer *ret, struct error *err)
{
    const struct buffer *body = &request->answer_body;
    if (request->result < 0)
        return judge_loss(calling, request, err);
    if (request->status != 200)
        return judge_fault(calling, request, err);
    return buffer_append(ret, body->data, body->size) < 0 ? error_no_memory(err) : 0;
}

/* As judge_request(). */
static int call_attempt(
    struct calling *calling, struct buffer *ret, uint64_t *ret_asked_ms, struct error *err)
{
    struct call_client *client = calling->client;
    _cleanup_strings_ struct strings headers = { 0 };
    *ret_asked_ms = 0;
    int r = client->has_keys ? 0 : get_keys(client, false, err);
    if (r == 0)
        r = find_way(calling, err);
    if (r < 0)
        return r;
    r = sign_headers(calling, &headers);
    if (r == -ERANGE)
        return error_set(
            err, EX_UNAVAILABLE, r, "the clock of this machine has no such year: set it");
    _cleanup_https_request_ struct https_request request = {
        .authority = calling->authority.data,
        .proxy = calling->way.proxy,
        .peer_port = calling->way.port,
        .peer_addresses = &calling->way.addresses,
        .ca_file = client->options.ca_file,
        .headers = &headers,
        .body = calling->call->body->data,
        .body_size = calling->call->body->size,
    };
    client->report.attempts++;
    client->is_cut_short = call_left_ms(client) < client->options.request_timeout_ms;
    if (r < 0 || https_post(&request, bounded_ms(client, client->options.request_timeout_ms)) < 0)
        return error_no_memory(err);
    *ret_asked_ms = request.answer.retry_after_ms;
    return judge_request(calling, &request, ret, err);
}

/* Waits before the next attempt, but so that a last one fits before the deadline. Returns whether
 * there is to be another one. */
static bool call_wait(struct call_client *client, const struct error *why, uint64_t asked_ms)
{
    uint64_t delay = backoff_next_ms(&client->backoff), left = call_left_ms(client);
    uint64_t last =
        client->options.deadline_ms / 4 < LAST_MS ? client->options.deadline_ms / 4 : LAST_MS;
    uint64_t longest = left > last ? left - last : 0;
    if (client->is_last || left == 0)
        return false;
    if (asked_ms > delay)
        delay = asked_ms < delay + ASKED_MORE_MS_MAX ? asked_ms : delay + ASKED_MORE_MS_MAX;
    client->is_last = delay >= longest;
    if (client->is_last)
        delay = longest;
    if (client->options.hooks.waiting)
        client->options.hooks.waiting(
            client->options.hooks.data, why->text, call_waited_ms(client), left);
    clock_sleep_ms(delay);
    return true;
}

static int call_give_up(const struct call_client *client, struct error *err)
{
    uint64_t waited = call_waited_ms(client);
    error_prefix(err, "gave up after %llu.%llu s: ", (unsigned long long) (waited / 1000),
        (unsigned long long) (waited % 1000 / 100));
    return -ETIMEDOUT;
}

static void calling_release(struct calling *calling)
{
    buffer_free(&calling->authority);
    way_free(&calling->way);
}

/* As call_perform(). */
static int attempt_until_deadline(struct calling *calling, struct buffer *ret, struct error *err)
{
    for (;;) {
        uint64_t asked_ms = 0;
        int r = call_attempt(calling, ret, &asked_ms, err);
        if (r == 0 || (r < 0 && r != -EAGAIN))
            return r;
        if (r == -EAGAIN && !call_wait(calling->client, err, asked_ms))
            return call_give_up(calling->client, err);
    }
}

int call_perform(
    struct call_client *client, const struct call *call, struct buffer *ret, struct error *err)
{
    _cleanup_(calling_release) struct calling calling = { .client = client, .call = call };
    client->report.attempts = 0;
    client->backoff.attempt = 0;
    if (make_authority(call, &calling.authority) < 0)
        return error_no_memory(err);
    /* Of the last attempt, and none where the next one is right. */
    struct error reason = { 0 };
    int r = attempt_until_deadline(&calling, ret, &reason);
    if (r < 0 && err)
        *err = reason;
    return r;
}

const struct call_report *call_client_report(const struct call_client *client)
{
    return &client->report;
}
