/* One loop: ask what is not settled, judge the answers, wait, ask again. */

#include "imds/client.h"

#include <errno.h>
#include <string.h>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/http.h"
#include "base/secret.h"
#include "imds/answer.h"

#define TOKEN_PATH       "/latest/api/token"
#define TOKEN_HEADER     "X-aws-ec2-metadata-token: "
#define TOKEN_TTL_HEADER "X-aws-ec2-metadata-token-ttl-seconds: 21600" /* the longest there is */
#define DATA_PREFIX      "/latest/meta-data/"

enum { TOKEN_SIZE_MAX = 4096, DATA_SIZE_MAX = 1024 * 1024, ENDPOINTS_MAX = 2 };

struct imds_client {
    struct imds_client_options options;
    struct http_client *http;
    struct backoff backoff;
    uint64_t started_ms;
    const char *endpoint; /* borrowed from the options */
    char *token_header;   /* NULL with IMDSv1 */
    bool is_v1;
    bool renewed; /* one new token per client, no more */
    unsigned int token_attempts;
};

int imds_client_new(
    const struct imds_client_options *options, struct imds_client **ret, struct error *err)
{
    struct imds_client *client = secret_calloc(1, sizeof(*client));
    if (!client || http_client_new(&client->http) < 0) {
        secret_free(client);
        return error_memory(err);
    }
    client->options = *options;
    client->backoff = backoff_start(options->seed);
    client->started_ms = clock_now_ms();
    *ret = client;
    return 0;
}

void imds_client_free(struct imds_client *client)
{
    if (!client)
        return;
    http_client_free(client->http);
    secret_free(client->token_header);
    secret_free(client);
}

static uint64_t waited_ms(const struct imds_client *client)
{
    return clock_now_ms() - client->started_ms;
}

static uint64_t left_ms(const struct imds_client *client)
{
    uint64_t waited = waited_ms(client);
    return waited < client->options.deadline_ms ? client->options.deadline_ms - waited : 0;
}

static int perform(struct imds_client *client, struct http_request requests[], size_t count,
    enum http_until until, struct error *err)
{
    uint64_t left = left_ms(client), timeout = client->options.request_timeout_ms;
    if (left < timeout)
        timeout = left > 0 ? left : 1;
    int r = http_perform(client->http, requests, count, until, timeout);
    return r < 0 ? error_memory(err) : 0;
}

/* Waits before the next attempt, as long as the server asked for or the backoff says. Returns
 * whether there is time for one. */
static bool wait_again(struct imds_client *client, const struct error *why, uint64_t asked_for_ms)
{
    uint64_t delay = backoff_next_ms(&client->backoff), left = left_ms(client);
    if (delay < asked_for_ms)
        delay = asked_for_ms;
    if (delay >= left)
        return false;
    if (client->options.observer.waiting)
        client->options.observer.waiting(
            client->options.observer.data, why->text, waited_ms(client), left);
    clock_sleep_ms(delay);
    return true;
}

/* The deadline is over: says so in front of the last reason. */
static int give_up(const struct imds_client *client, struct error *err)
{
    uint64_t waited = waited_ms(client);
    error_prefix(err, "gave up after %llu.%llu s: ", (unsigned long long) (waited / 1000),
        (unsigned long long) (waited % 1000 / 100));
    return -ETIMEDOUT;
}

/* The words for a request whose answer is of no use, and the errno that goes with them. */
static int set_failure(
    const struct http_request *request, struct imds_meaning meaning, struct error *err)
{
    const char *separator = *meaning.advice ? ": " : "";
    if (request->result < 0)
        return error_set(err, meaning.exit_status, request->result, "%s %s: %s%s%s",
            request->method, request->url, http_result_text(request->result), separator,
            meaning.advice);
    return error_set(err, meaning.exit_status, -EPROTO, "%s %s: HTTP %d%s%s", request->method,
        request->url, request->status, separator, meaning.advice);
}

static struct imds_meaning meaning_of(const struct http_request *request)
{
    return request->result < 0 ? imds_meaning_of_failure(request->result)
                               : imds_meaning_of_status(request->status);
}

/* A token goes into a header: printable ASCII, nothing that could end the line. */
static bool is_token(const struct buffer *body)
{
    for (size_t i = 0; i < body->size; i++)
        if ((unsigned char) body->data[i] <= ' ' || (unsigned char) body->data[i] >= 0x7f ||
            body->data[i] == '<')
            return false;
    return body->size > 0;
}

static int keep_token(
    struct imds_client *client, const struct http_request *request, struct error *err)
{
    if (!is_token(&request->body))
        return error_set(err, EX_DATAERR, -EBADMSG, "PUT %s: the answer is not a session token: %s",
            request->url,
            "something other than the metadata service answers there: check the endpoint");
    _cleanup_buffer_ struct buffer header = { 0 };
    if (buffer_printf(&header, TOKEN_HEADER "%s", request->body.data) < 0)
        return error_memory(err);
    secret_free(client->token_header);
    client->token_header = buffer_take(&header);
    return client->token_header ? 0 : error_memory(err);
}

/* Whether IMDSv1 is allowed and this is the moment for it: the service knows no tokens, or its
 * answer got lost (the hop limit applies to tokens only). A fault or a refusal is no such moment.
 */
static bool falls_back_to_v1(const struct imds_client *client, const struct http_request *request)
{
    if (!client->options.allow_v1 || client->token_header)
        return false;
    return request->result == -ETIMEDOUT ||
           (request->result == 0 && (request->status == 404 || request->status == 405));
}

/* The request that answered; with no answer the first one. */
static size_t find_answered(const struct http_request requests[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (requests[i].result == 0)
            return i;
    return 0;
}

/* Judges one attempt at a token. 0: there is one (or none is needed); -EAGAIN: again later. */
static int judge_token(
    struct imds_client *client, const struct http_request *request, struct error *err)
{
    if (falls_back_to_v1(client, request)) {
        client->is_v1 = true;
        return 0;
    }
    struct imds_meaning meaning = meaning_of(request);
    if (meaning.verdict == IMDS_VALUE)
        return keep_token(client, request, err);
    /* Early in boot the token's endpoint can answer 401. */
    bool again = meaning.verdict == IMDS_AGAIN || meaning.verdict == IMDS_RENEW;
    int r = set_failure(request, meaning, err);
    return again ? -EAGAIN : r;
}

/* One attempt at a token, at each endpoint that is still in question. */
static int try_token(struct imds_client *client, uint64_t *ret_retry_after_ms, struct error *err)
{
    const struct strings *endpoints = client->options.endpoints;
    size_t count = client->endpoint ? 1 : endpoints->count;
    struct http_request requests[ENDPOINTS_MAX] = { 0 };
    _cleanup_strings_ struct strings urls = { 0 };
    if (count > ENDPOINTS_MAX)
        count = ENDPOINTS_MAX;
    for (size_t i = 0; i < count; i++) {
        const char *endpoint = client->endpoint ? client->endpoint : endpoints->items[i];
        if (strings_printf(&urls, "%s" TOKEN_PATH, endpoint) < 0)
            return error_memory(err);
        requests[i] = (struct http_request){ .method = "PUT",
            .url = urls.items[i],
            .header = TOKEN_TTL_HEADER,
            .body_max = TOKEN_SIZE_MAX };
    }
    client->token_attempts++;
    int r = perform(client, requests, count, count > 1 ? HTTP_FIRST : HTTP_ALL, err);
    if (r == 0) {
        size_t chosen = find_answered(requests, count);
        if (!client->endpoint && requests[chosen].result == 0)
            client->endpoint = endpoints->items[chosen];
        *ret_retry_after_ms = requests[chosen].retry_after_ms;
        r = judge_token(client, &requests[chosen], err);
    }
    for (size_t i = 0; i < count; i++)
        http_request_clear(&requests[i]);
    return r;
}

static int get_token(struct imds_client *client, struct error *err)
{
    for (;;) {
        uint64_t retry_after_ms = 0;
        int r = try_token(client, &retry_after_ms, err);
        if (r != -EAGAIN)
            return r;
        if (!wait_again(client, err, retry_after_ms))
            return give_up(client, err);
    }
}

int imds_client_open(struct imds_client *client, struct error *err)
{
    int r = get_token(client, err);
    if (r == 0 && !client->endpoint)
        client->endpoint = client->options.endpoints->items[0];
    return r;
}

/* Has the question's own code read the value. 0: settled, or -EAGAIN. */
static int read_value(struct imds_query *query, const struct http_request *request)
{
    int r = query->read ? query->read(&request->body, query->data, &query->last) : 0;
    if (r == 0)
        query->state = IMDS_HAS_VALUE;
    else
        error_prefix(&query->last, "GET %s: ", request->url);
    return r;
}

/* Judges the answer to one question. 0: settled; -EAGAIN: ask again; -EKEYEXPIRED: ask again with a
 * new token; another negative errno: give up. The reason is in query->last. */
static int judge_answer(
    const struct imds_client *client, struct imds_query *query, const struct http_request *request)
{
    struct imds_meaning meaning = meaning_of(request);
    if (meaning.verdict == IMDS_VALUE)
        return read_value(query, request);
    if (meaning.verdict == IMDS_ABSENT && !query->wait_for) {
        query->state = IMDS_IS_ABSENT;
        return 0;
    }
    if (meaning.verdict == IMDS_ABSENT)
        return error_set(
            &query->last, EX_TEMPFAIL, -EAGAIN, "GET %s: %s", request->url, query->wait_for);
    int r = set_failure(request, meaning, &query->last);
    if (meaning.verdict == IMDS_AGAIN)
        return -EAGAIN;
    if (meaning.verdict == IMDS_RENEW && !client->renewed && !client->is_v1)
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
        if (strings_printf(urls, "%s" DATA_PREFIX "%s", client->endpoint, queries[i].path) < 0)
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
    _cleanup_secret_ struct http_request *requests = secret_calloc(count, sizeof(*requests));
    _cleanup_secret_ struct imds_query **asked = secret_calloc(count, sizeof(struct imds_query *));
    _cleanup_strings_ struct strings urls = { 0 };
    ssize_t n =
        requests && asked ? make_requests(client, queries, count, requests, asked, &urls) : -ENOMEM;
    if (n < 0)
        return error_memory(err);
    int r = perform(client, requests, (size_t) n, HTTP_ALL, err);
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
    for (;;) {
        struct attempt attempt = { 0 };
        int r = try_pending(client, queries, count, &attempt, err);
        if (r < 0)
            return r;
        if (attempt.renew) {
            client->renewed = true;
            r = get_token(client, err);
            if (r < 0)
                return r;
            continue;
        }
        const struct imds_query *awaited = first_awaited(queries, count);
        if (!awaited)
            return 0;
        if (!wait_again(client, &awaited->last, attempt.retry_after_ms)) {
            *err = awaited->last;
            return give_up(client, err);
        }
    }
}

const char *imds_client_endpoint(const struct imds_client *client)
{
    return client->endpoint;
}

bool imds_client_is_ipv6(const struct imds_client *client)
{
    return client->endpoint && strchr(client->endpoint, '[') != NULL;
}

bool imds_client_is_v1(const struct imds_client *client)
{
    return client->is_v1;
}

unsigned int imds_client_token_attempts(const struct imds_client *client)
{
    return client->token_attempts;
}
