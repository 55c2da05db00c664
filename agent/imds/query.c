/* SPDX-License-Identifier: MIT */
/* One loop: ask what is not settled, judge the answers, wait, ask again. */

#include <errno.h>

#include "imds/client_internal.h"
#include "lib/memory.h"

#define LATEST      "/latest"
#define DATA_PREFIX LATEST "/meta-data/"

enum { DATA_SIZE_MAX = 1024 * 1024 };

/* Has the question's own code read the value. 0: settled, or -EAGAIN. */
static int read_value(struct imds_query *query, const struct http_request *request)
{
    int r = query->read ? query->read(&request->body, query->data, &query->last) : 0;
    if (r == 0) {
        query->state = IMDS_HAS_VALUE;
        return 0;
    }
    error_prefix(&query->last, "GET %s: ", request->url);
    if (query->last.status == EX_DATAERR)
        error_append(&query->last, ": check that nothing but the metadata service answers there");
    return r;
}

/* Judges the answer to one question. 0: settled; -EAGAIN: ask again; -EKEYEXPIRED: ask again with a
 * new token; another negative errno: give up. The reason is in query->last. */
static int judge_answer(
    const struct imds_client *client, struct imds_query *query, const struct http_request *request)
{
    if (imds_client_was_cut_short(client, request, &query->last))
        return -EAGAIN;
    struct imds_meaning meaning = imds_client_meaning(request);
    if (meaning.action == IMDS_VALUE)
        return read_value(query, request);
    if (meaning.action == IMDS_ABSENT && !query->wait_for) {
        query->state = IMDS_IS_ABSENT;
        return 0;
    }
    if (meaning.action == IMDS_ABSENT)
        return error_set(
            &query->last, EX_TEMPFAIL, -EAGAIN, "GET %s: %s", request->url, query->wait_for);
    int r = imds_client_set_failure(request, meaning, &query->last);
    if (meaning.action == IMDS_AGAIN)
        return -EAGAIN;
    if (meaning.action == IMDS_RENEW && !client->renewed && !client->is_v1)
        return -EKEYEXPIRED;
    return r;
}

/* What one attempt at the open questions came to. */
struct attempt {
    uint64_t retry_after_ms; /* the longest wait that an answer asked for */
    bool renew;              /* a new token is needed */
};

static int note_answer(struct imds_client *client, struct imds_query *query,
    const struct http_request *request, struct attempt *attempt, struct error *err)
{
    query->attempts++;
    query->took_ms = request->took_ms;
    if (request->retry_after_ms > attempt->retry_after_ms)
        attempt->retry_after_ms = request->retry_after_ms;
    int r = judge_answer(client, query, request);
    attempt->renew |= r == -EKEYEXPIRED;
    if (r == 0 || r == -EAGAIN || r == -EKEYEXPIRED)
        return 0;
    if (query->optional) {
        query->state = IMDS_HAS_FAILED;
        return 0;
    }
    *err = query->last;
    return r;
}

/* Fills in a request for each open question, and which question it is for. Returns their number, or
 * -ENOMEM. */
static ssize_t make_requests(const struct imds_client *client, struct imds_query queries[],
    size_t count, struct http_request requests[], struct imds_query *asked[], struct strings *urls)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (queries[i].state != IMDS_PENDING)
            continue;
        const char *prefix = *queries[i].path == '/' ? LATEST : DATA_PREFIX;
        if (strings_printf(urls, "%s%s%s", client->endpoint, prefix, queries[i].path) < 0)
            return -ENOMEM;
        requests[n] = (struct http_request){ .method = "GET",
            .url = urls->items[n],
            .header = client->token_header,
            .body_max = DATA_SIZE_MAX };
        asked[n++] = &queries[i];
    }
    return (ssize_t) n;
}

/* One attempt at each open question. */
static int try_pending(struct imds_client *client, struct imds_query queries[], size_t count,
    struct attempt *attempt, struct error *err)
{
    _cleanup_mem_ struct http_request *requests = mem_calloc(count, sizeof(*requests));
    _cleanup_mem_ struct imds_query **asked = mem_calloc(count, sizeof(struct imds_query *));
    _cleanup_strings_ struct strings urls = { 0 };
    ssize_t n =
        requests && asked ? make_requests(client, queries, count, requests, asked, &urls) : -ENOMEM;
    if (n < 0)
        return error_no_memory(err);
    int r = imds_client_perform(client, requests, (size_t) n, HTTP_ALL, err);
    for (ssize_t i = 0; r == 0 && i < n; i++)
        r = note_answer(client, asked[i], &requests[i], attempt, err);
    for (ssize_t i = 0; i < n; i++)
        http_request_clear(&requests[i]);
    return r;
}

static const struct imds_query *first_awaited(const struct imds_query queries[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (queries[i].state == IMDS_PENDING && !queries[i].optional)
            return &queries[i];
    return NULL;
}

int imds_client_ask(
    struct imds_client *client, struct imds_query queries[], size_t count, struct error *err)
{
    client->backoff.attempt = 0; /* what failed before has been answered since */
    for (;;) {
        struct attempt attempt = { 0 };
        int r = try_pending(client, queries, count, &attempt, err);
        if (r < 0)
            return r;
        if (attempt.renew) {
            client->renewed = true;
            r = imds_client_get_token(client, err);
            if (r < 0)
                return r;
            continue;
        }
        const struct imds_query *awaited = first_awaited(queries, count);
        if (!awaited)
            return 0;
        if (!imds_client_wait(client, &awaited->last, attempt.retry_after_ms)) {
            *err = awaited->last;
            return imds_client_give_up(client, err);
        }
    }
}
