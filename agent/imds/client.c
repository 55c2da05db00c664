/* SPDX-License-Identifier: MIT */
/* One deadline over all attempts, and what passes a lock on the way. */

#include "imds/client.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "imds/client_internal.h"
#include "lib/address.h"
#include "lib/clock.h"
#include "lib/memory.h"
#include "lib/resolve.h"
#include "lib/url.h"

/* systemd 261 and later can prohibit the route to the metadata service to all packets but those
 * with this mark: systemd-imdsd(8). */
#define SYSTEMD_IMDS_MARK 0x7FFF0815u

/* Between two of them a long wait is shown, and the unit's start timeout extended. */
enum { LOOKUP_MS_MAX = 30000 };

int imds_client_new(
    const struct imds_client_options *options, struct imds_client **ret, struct error *err)
{
    struct imds_client *client = mem_calloc(1, sizeof(*client));
    if (!client || http_client_new(&client->http) < 0) {
        mem_free(client);
        return error_no_memory(err);
    }
    static char token_path[] = "api/token";
    client->options = *options;
    client->token_stats.path = token_path;
    client->backoff = backoff_start(options->seed, IMDS_BACKOFF_FIRST_MS, IMDS_BACKOFF_MAX_MS);
    client->started_ms = clock_now_ms();
    *ret = client;
    return 0;
}

void imds_client_free(struct imds_client *client)
{
    if (!client)
        return;
    http_client_free(client->http);
    mem_free(client->token_header);
    mem_free(client);
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

/* The host name that has to be resolved, with its port. 0 and an empty host where there is none:
 * the endpoint has an address, or is one of those that are known. */
static int name_of_endpoint(const struct imds_client *client, struct url *ret)
{
    const struct strings *endpoints = client->options.endpoints;
    const char *reason = NULL;
    struct address address;
    if (endpoints->count != 1)
        return 0;
    int r = url_parse(endpoints->items[0], ret, &reason);
    if (r == 0 && address_parse(ret->host, &address) == 0)
        url_free(ret);
    return r == -ENOMEM ? r : 0;
}

int imds_client_resolve(struct imds_client *client, struct error *err)
{
    _cleanup_url_ struct url url = { 0 };
    _cleanup_strings_ struct strings addresses = { 0 };
    if (client->is_resolved)
        return 0;
    int r = name_of_endpoint(client, &url);
    if (r == 0 && url.host) {
        uint64_t left = left_ms(client);
        r = resolve_name(url.host, left < LOOKUP_MS_MAX ? left : LOOKUP_MS_MAX, &addresses);
        if (r == 0)
            r = http_client_set_addresses(client->http, url.port ? url.port : "80", &addresses);
    }
    client->is_resolved = r == 0;
    if (r == 0 || r == -ENOMEM)
        return r < 0 ? error_no_memory(err) : 0;
    return error_set(err, EX_UNAVAILABLE, r == -ENOENT ? r : -EAGAIN,
        "%s: %s: check imds.endpoint and the name servers of this machine, or set imds.endpoint to "
        "an address",
        client->options.endpoints->items[0], resolve_result_text(r));
}

static void note_clock(struct imds_client *client, const struct http_request *request)
{
    if (request->result != 0 || request->date == 0)
        return;
    client->has_clock = true;
    client->clock_offset_s = request->date - (int64_t) time(NULL);
}

static int perform_once(struct imds_client *client, struct http_request requests[], size_t count,
    enum http_until until, struct error *err)
{
    uint64_t left = left_ms(client), timeout = client->options.request_timeout_ms;
    client->is_cut_short = left < timeout;
    if (client->is_cut_short)
        timeout = left > 0 ? left : 1;
    int r = http_perform(client->http, requests, count, until, timeout);
    for (size_t i = 0; i < count; i++) {
        client->has_reached |= requests[i].status > 0 || requests[i].was_silent;
        note_clock(client, &requests[i]);
    }
    return r < 0 ? error_no_memory(err) : 0;
}

/* Whether systemd's lock kept the requests from their answers. */
static bool is_locked(const struct http_request requests[], size_t count, enum http_until until)
{
    bool locked = false;
    for (size_t i = 0; i < count; i++) {
        if (until == HTTP_FIRST && requests[i].result == 0)
            return false;
        locked |= requests[i].result == -EACCES;
    }
    return locked;
}

/* Performs the requests once more, with packets that pass the lock. Where the mark may not be set,
 * a request that the lock had not stopped keeps its own result. */
static int perform_marked(struct imds_client *client, struct http_request requests[], size_t count,
    enum http_until until, struct error *err)
{
    _cleanup_mem_ int *unmarked = mem_calloc(count, sizeof(*unmarked));
    if (!unmarked)
        return error_no_memory(err);
    for (size_t i = 0; i < count; i++)
        unmarked[i] = requests[i].result;
    client->is_marked = true;
    http_client_set_mark(client->http, SYSTEMD_IMDS_MARK);
    int r = perform_once(client, requests, count, until, err);
    for (size_t i = 0; r == 0 && i < count; i++)
        if (requests[i].result == -EPERM && unmarked[i] < 0 && unmarked[i] != -EACCES)
            requests[i].result = unmarked[i];
    return r;
}

int imds_client_perform(struct imds_client *client, struct http_request requests[], size_t count,
    enum http_until until, struct error *err)
{
    int r = perform_once(client, requests, count, until, err);
    if (r < 0 || client->is_marked || !is_locked(requests, count, until))
        return r;
    return perform_marked(client, requests, count, until, err);
}

/* The longest wait that leaves time for one more attempt before the deadline. */
static uint64_t longest_wait_ms(const struct imds_client *client)
{
    uint64_t left = left_ms(client), last = client->options.deadline_ms / 4;
    if (last > client->options.request_timeout_ms)
        last = client->options.request_timeout_ms;
    return left > last ? left - last : 0;
}

bool imds_client_wait(struct imds_client *client, const struct error *why, uint64_t asked_for_ms)
{
    uint64_t delay = backoff_next_ms(&client->backoff), longest = longest_wait_ms(client);
    if (client->is_last || left_ms(client) == 0)
        return false;
    if (delay < asked_for_ms)
        delay = asked_for_ms;
    client->is_last = delay >= longest;
    if (client->is_last)
        delay = longest;
    if (client->options.observer.waiting)
        client->options.observer.waiting(
            client->options.observer.data, why->text, waited_ms(client), left_ms(client));
    clock_sleep_ms(delay);
    return true;
}

bool imds_client_was_cut_short(const struct imds_client *client, const struct http_request *request,
    const struct error *reason)
{
    return client->is_cut_short && request->result == -ETIMEDOUT && reason && reason->status != 0;
}

/* The deadline is over: says so in front of the last reason. */
int imds_client_give_up(const struct imds_client *client, struct error *err)
{
    uint64_t waited = waited_ms(client);
    error_prefix(err, "gave up after %llu.%llu s: ", (unsigned long long) (waited / 1000),
        (unsigned long long) (waited % 1000 / 100));
    return -ETIMEDOUT;
}

/* The words for a request whose answer is of no use, and the errno that goes with them. */
int imds_client_set_failure(
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

struct imds_meaning imds_client_meaning(const struct http_request *request)
{
    return request->result < 0 ? imds_meaning_of_failure(request->result)
                               : imds_meaning_of_status(request->status);
}

bool imds_client_has_reached(const struct imds_client *client)
{
    return client->has_reached;
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

bool imds_client_is_marked(const struct imds_client *client)
{
    return client->is_marked;
}

const struct imds_request_stats *imds_client_token_stats(const struct imds_client *client)
{
    return &client->token_stats;
}

const struct imds_outcome *imds_client_token_outcome(const struct imds_client *client)
{
    return &client->token_outcome;
}

bool imds_client_clock_offset(const struct imds_client *client, int64_t *ret)
{
    if (client->has_clock)
        *ret = client->clock_offset_s;
    return client->has_clock;
}
