/* SPDX-License-Identifier: MIT */
#pragma once

/* A world where time, DNS and AWS are made up, for tests that are linked with
 * -Wl,--wrap=clock_now_ms,--wrap=clock_sleep_ms,--wrap=resolve_name,--wrap=https_post. */

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "aws/call.h"
#include "aws/https.h"
#include "check.h"
#include "lib/clock.h"
#include "lib/resolve.h"

#define HOST     "ssm.eu-west-1.amazonaws.com"
#define PROXY    "http://proxy.corp:3128"
#define RESOURCE "arn:aws:ssm:eu-west-1:123456789012:parameter/app/*"

enum {
    DEADLINE_MS = 60000,
    TIMEOUT_MS = 5000,
    START_MS = 1000,
    SLEEPS_MAX = 512,
    TOLERATED_S = 300
};

/* What the service may say, by a word of the script. */
static const struct answer {
    const char *word;
    int result, status, proxy_status;
    const char *body;
} answers[] = {
    { "ok", 0, 200, 0, "{}" },
    { "throttled", 0, 400, 0,
        "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}" },
    { "429", 0, 429, 0, "" },
    { "trouble", 0, 500, 0, "{\"__type\":\"InternalServerError\"}" },
    { "503", 0, 503, 0, "<html>" },
    { "expired", 0, 400, 0, "{\"__type\":\"ExpiredTokenException\",\"message\":\"expired\"}" },
    { "signature", 0, 400, 0, "{\"__type\":\"InvalidSignatureException\",\"message\":\"TOKEN\"}" },
    { "denied", 0, 400, 0,
        "{\"__type\":\"AccessDeniedException\",\"message\":\"User: u is not authorized\"}" },
    { "missing", 0, 400, 0, "{\"__type\":\"ResourceNotFoundException\"}" },
    { "deleted", 0, 400, 0,
        "{\"__type\":\"InvalidRequestException\",\"message\":\"marked for deletion\"}" },
    { "decryption", 0, 400, 0, "{\"__type\":\"InvalidKeyId\"}" },
    { "invalid", 0, 400, 0, "{\"__type\":\"ValidationException\",\"message\":\"1 error\"}" },
    { "302", 0, 302, 0, "" },
    { "html", 0, 403, 0, "<html>" },
    { "silent", -ETIMEDOUT, 0, 0, NULL },
    { "refused", -ECONNREFUSED, 0, 0, NULL },
    { "reset", -ECONNRESET, 0, 0, NULL },
    { "no-http", -EPROTO, 0, 0, NULL },
    { "no-tls", -ECONNABORTED, 0, 0, NULL },
    { "untrusted", -EKEYREJECTED, 0, 0, NULL },
    { "no-ca-file", -ENOKEY, 0, 0, NULL },
    { "large", -EMSGSIZE, 0, 0, NULL },
    { "proxy-403", -EREMOTEIO, 0, 403, NULL },
    { "proxy-407", -EREMOTEIO, 0, 407, NULL },
    { "proxy-502", -EREMOTEIO, 0, 502, NULL },
};

static struct {
    uint64_t now_ms;
    const char *script;      /* words; the last one counts for ever */
    int64_t clock_offset_s;  /* of the service */
    const char *lookup;      /* of the host: an address, or "none", "later", "silent" */
    uint64_t retry_after_ms; /* of each answer */
    bool has_no_date;

    unsigned int posts, lookups, keys, told;
    size_t sleeps;
    uint64_t slept_ms[SLEEPS_MAX], slept_sum_ms;
    bool overran; /* a request could outlast the deadline */
    char last_way[64], last_key[16], last_name[64];
    struct call_report report;
    struct buffer answer;
    struct error err;
} world;

uint64_t __wrap_clock_now_ms(void);
void __wrap_clock_sleep_ms(uint64_t ms);
int __wrap_resolve_name(const char *name, uint64_t timeout_ms, struct strings *ret);
int __wrap_https_post(struct https_request *request, uint64_t timeout_ms);

uint64_t __wrap_clock_now_ms(void)
{
    return world.now_ms;
}

void __wrap_clock_sleep_ms(uint64_t ms)
{
    check_that("not for ever", world.sleeps < SLEEPS_MAX);
    world.slept_ms[world.sleeps++] = ms;
    world.slept_sum_ms += ms;
    world.now_ms += ms;
}

int __wrap_resolve_name(const char *name, uint64_t timeout_ms, struct strings *ret)
{
    bool is_host = strcmp(name, HOST ".") == 0;
    world.lookups++;
    (void) snprintf(world.last_name, sizeof(world.last_name), "%s", name);
    if (!is_host)
        return strings_append(ret, "10.9.9.9");
    if (strcmp(world.lookup, "none") == 0)
        return -ENOENT;
    if (strcmp(world.lookup, "later") == 0)
        return -EAGAIN;
    if (strcmp(world.lookup, "silent") == 0) {
        world.now_ms += timeout_ms;
        return -ETIMEDOUT;
    }
    const char *at = world.lookup;
    for (size_t length; *at; at += length + (at[length] == ',')) {
        length = strcspn(at, ",");
        check_number("append", strings_append_n(ret, at, length), 0);
    }
    return 0;
}

static const char *header_of(const struct https_request *request, const char *name)
{
    for (size_t i = 0; i < request->headers->count; i++)
        if (strncmp(request->headers->items[i], name, strlen(name)) == 0)
            return request->headers->items[i] + strlen(name);
    return NULL;
}

static const struct answer *next_answer(void)
{
    const char *at = world.script;
    size_t length = strcspn(at, " ");
    if (at[length])
        world.script += length + 1;
    for (size_t i = 0; i < ELEMENTSOF(answers); i++)
        if (strlen(answers[i].word) == length && strncmp(answers[i].word, at, length) == 0)
            return &answers[i];
    print_error("no answer \"%s\"\n", at);
    check_fail_at(__FILE__, __LINE__);
}

/* How much the time of a signature is behind the service's. */
static inline int64_t signature_age(const struct https_request *request)
{
    struct tm parts = { 0 };
    const char *date = header_of(request, "X-Amz-Date: ");
    check_that("a date", date && strptime(date, "%Y%m%dT%H%M%SZ", &parts));
    return (int64_t) time(NULL) + world.clock_offset_s - timegm(&parts);
}

static inline void note_request(const struct https_request *request, uint64_t timeout_ms)
{
    const char *authorization = header_of(request, "Authorization: ");
    const char *key = authorization ? strstr(authorization, "Credential=") : NULL;
    check_that("signed", key);
    check_text("type", header_of(request, "Content-Type: "), "application/x-amz-json-1.1");
    check_text("target", header_of(request, "X-Amz-Target: "), "AmazonSSM.GetParameters");
    world.posts++;
    world.overran |= world.now_ms + timeout_ms > START_MS + DEADLINE_MS + 1;
    (void) snprintf(
        world.last_key, sizeof(world.last_key), "%.4s", key ? key + strlen("Credential=") : "");
    (void) snprintf(world.last_way, sizeof(world.last_way), "%s %s:%s",
        request->proxy ? request->proxy : "direct", request->peer_addresses->items[0],
        request->peer_port);
}

int __wrap_https_post(struct https_request *request, uint64_t timeout_ms)
{
    note_request(request, timeout_ms);
    const struct answer *answer = next_answer();
    if (llabs(signature_age(request)) > TOLERATED_S)
        for (size_t i = 0; i < ELEMENTSOF(answers); i++)
            if (strcmp(answers[i].word, "signature") == 0)
                answer = &answers[i];
    world.now_ms += answer->result == -ETIMEDOUT ? timeout_ms : 10;
    request->result = answer->result;
    request->status = answer->status;
    request->proxy_status = answer->proxy_status;
    request->answer.retry_after_ms = world.retry_after_ms;
    request->answer.date = world.has_no_date ? 0 : (int64_t) time(NULL) + world.clock_offset_s;
    if (answer->result == -EKEYREJECTED)
        (void) snprintf(request->reason, sizeof(request->reason), "unknown\nissuer");
    return answer->body ? buffer_append_text(&request->answer_body, answer->body) : 0;
}

static inline int give_keys(void *data, bool again, struct call_keys *ret, struct error *err)
{
    static const struct call_keys keys[] = { { "AKI1", "s1", "t1" }, { "AKI2", "s2", "" } };
    (void) data, (void) err;
    world.keys++;
    *ret = keys[again];
    return 0;
}

static inline int refuse_keys(void *data, bool again, struct call_keys *ret, struct error *err)
{
    if (again)
        return error_set(err, EX_TEMPFAIL, -EAGAIN, "no new ones");
    return give_keys(data, again, ret, err);
}

static inline void note_waiting(void *data, const char *why, uint64_t waited_ms, uint64_t left_ms)
{
    (void) data;
    check_that("why", *why);
    check_that("time", waited_ms + left_ms == DEADLINE_MS);
    world.told++;
}

static inline void new_world(const char *script)
{
    buffer_free(&world.answer);
    memset(&world, 0, sizeof(world));
    world.now_ms = START_MS;
    world.script = script;
    world.lookup = "52.1.2.3";
}

/* A client's calls, so many in a row; the last one's result. */
static inline int call_times(const struct call_options *given, unsigned int times)
{
    struct call_client *client = NULL;
    struct call_options options = *given;
    _cleanup_buffer_ struct buffer body = { 0 };
    const struct call call = {
        .host = HOST,
        .service = "ssm",
        .target = "AmazonSSM.GetParameters",
        .body = &body,
        .action = "ssm:GetParameters",
        .resource = RESOURCE,
    };
    int r = 0;
    options.region = "eu-west-1";
    options.role = "web";
    options.request_timeout_ms = TIMEOUT_MS;
    options.deadline_ms = DEADLINE_MS;
    if (!options.hooks.get_keys)
        options.hooks.get_keys = give_keys;
    check_number("body", buffer_append_text(&body, "{}"), 0);
    check_number("client", call_client_new(&options, &client, &world.err), 0);
    for (unsigned int i = 0; i < times; i++)
        r = call_perform(client, &call, &world.answer, &world.err);
    world.report = *call_client_report(client);
    call_client_free(client);
    return r;
}

static inline int call_once(uint64_t seed, const char *proxy)
{
    const struct call_options options = {
        .seed = seed, .network.proxy = proxy, .hooks.waiting = note_waiting
    };
    return call_times(&options, 1);
}
