/* SPDX-License-Identifier: MIT */
/* The session token of IMDSv2:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html */

#include <errno.h>

#include "imds/client_internal.h"
#include "lib/memory.h"

#define TOKEN_PATH       "/latest/api/token"
#define TOKEN_HEADER     "X-aws-ec2-metadata-token: "
#define TOKEN_TTL_HEADER "X-aws-ec2-metadata-token-ttl-seconds: 21600" /* the longest there is */

enum { TOKEN_SIZE_MAX = 4096, ENDPOINTS_MAX = 2 };

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
        return error_no_memory(err);
    mem_free(client->token_header);
    client->token_header = buffer_take(&header);
    return client->token_header ? 0 : error_no_memory(err);
}

/* Whether IMDSv1 is allowed and this is the moment for it: the service knows no tokens, or its
 * answer got lost (the hop limit applies to tokens only). A fault or a refusal is no such moment.
 */
static bool falls_back_to_v1(const struct imds_client *client, const struct http_request *request)
{
    if (!client->options.allow_v1 || client->token_header)
        return false;
    return (request->result == -ETIMEDOUT && request->status == 0) ||
           (request->result == 0 && (request->status == 404 || request->status == 405));
}

/* The request whose outcome counts: the one that answered; else one that may not be sent, because
 * waiting does not help it; else the first. */
static size_t choose_request(const struct http_request requests[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (requests[i].result == 0)
            return i;
    for (size_t i = 0; i < count; i++)
        if (requests[i].result == -EPERM || requests[i].result == -EACCES)
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
    if (imds_client_was_cut_short(client, request, err))
        return -EAGAIN;
    struct imds_meaning meaning = request->result == -ETIMEDOUT && request->was_silent
                                      ? imds_meaning_of_lost_token()
                                      : imds_client_meaning(request);
    if (meaning.action == IMDS_VALUE)
        return keep_token(client, request, err);
    /* Early in boot the token's endpoint can answer 401. */
    bool again = meaning.action == IMDS_AGAIN || meaning.action == IMDS_RENEW;
    int r = imds_client_set_failure(request, meaning, err);
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
            return error_no_memory(err);
        requests[i] = (struct http_request){ .method = "PUT",
            .url = urls.items[i],
            .header = TOKEN_TTL_HEADER,
            .body_max = TOKEN_SIZE_MAX };
    }
    client->token_stats.attempts++;
    int r = imds_client_perform(client, requests, count, count > 1 ? HTTP_FIRST : HTTP_ALL, err);
    if (r == 0) {
        size_t chosen = choose_request(requests, count);
        client->token_stats.took_ms = requests[chosen].took_ms;
        if (!imds_client_was_cut_short(client, &requests[chosen], err))
            client->token_outcome = (struct imds_outcome){ requests[chosen].result,
                requests[chosen].status, requests[chosen].was_silent };
        if (!client->endpoint && requests[chosen].result == 0)
            client->endpoint = endpoints->items[chosen];
        *ret_retry_after_ms = requests[chosen].retry_after_ms;
        r = judge_token(client, &requests[chosen], err);
    }
    for (size_t i = 0; i < count; i++)
        http_request_clear(&requests[i]);
    return r;
}

int imds_client_get_token(struct imds_client *client, struct error *err)
{
    for (;;) {
        uint64_t retry_after_ms = 0;
        int r = imds_client_resolve(client, err);
        if (r == 0)
            r = try_token(client, &retry_after_ms, err);
        if (r != -EAGAIN)
            return r;
        if (!imds_client_wait(client, err, retry_after_ms))
            return imds_client_give_up(client, err);
    }
}

int imds_client_open(struct imds_client *client, struct error *err)
{
    int r = imds_client_get_token(client, err);
    if (r < 0)
        return r;
    if (!client->endpoint)
        client->endpoint = client->options.endpoints->items[0];
    return 0;
}
