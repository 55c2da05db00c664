/* SPDX-License-Identifier: MIT */
#pragma once

/* A world where time and the network are made up, for tests/unit/test_client.c, which is linked
 * with -Wl,--wrap=clock_now_ms,--wrap=clock_sleep_ms,--wrap=http_perform.
 *
 * An answer is a line: "token 503 x2 r1500 +30" is HTTP 503 to the first two requests for a token,
 * each after 30 ms and with Retry-After 1.5 s. Of several, with commas between them, the first one
 * that fits and is not used up counts; where none does it is HTTP 200. */

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "check.h"
#include "imds/client.h"
#include "lib/clock.h"

/* Loopback, should this ever be linked without the wrapping. */
#define IPV4      "http://127.0.0.1:9"
#define IPV6      "http://[::1]:9"
#define TOKEN_URL IPV4 "/latest/api/token"
#define TOKEN_IS  "X-aws-ec2-metadata-token: "

enum { DEADLINE_MS = 20000, TIMEOUT_MS = 1000, NOTED_MAX = 4096, START_MS = 5000 };

struct answer {
    const char *url;    /* a part of it */
    unsigned int times; /* 0: for ever */
    int result;         /* as of imds/http.h */
    int status;
    uint64_t retry_after_ms;
    uint64_t takes_ms; /* when longer than the timeout, the result is -ETIMEDOUT */
};

/* The world and what the client did in it. */
static struct {
    uint64_t now_ms, deadline_ms;
    struct answer answers[8];
    size_t answer_count;

    uint64_t slept_ms[NOTED_MAX], slept_sum_ms;
    size_t sleeps, told, performs, puts, gets;
    uint64_t timeout_max_ms;
    bool overran; /* a request could outlast the deadline */

    size_t last_count; /* of the last http_perform() */
    enum http_until last_until;
    char last_header[64], last_url[128];
    char last_why[256]; /* as the observer was told */

    struct strings endpoints;
    struct imds_client *client;
    struct error err;
} world;

uint64_t __wrap_clock_now_ms(void);
void __wrap_clock_sleep_ms(uint64_t ms);
int __wrap_http_perform(struct http_client *client, struct http_request requests[], size_t count,
    enum http_until until, uint64_t timeout_ms);

uint64_t __wrap_clock_now_ms(void)
{
    return world.now_ms;
}

void __wrap_clock_sleep_ms(uint64_t ms)
{
    if (world.sleeps < NOTED_MAX)
        world.slept_ms[world.sleeps] = ms;
    world.sleeps++;
    world.slept_sum_ms += ms;
    world.now_ms += ms;
}

static void read_word(const char *word, struct answer *ret)
{
    static const struct {
        const char *word, *url;
        int result;
    } words[] = {
        { "token", "/api/token", 0 },
        { "data", "/meta-data/", 0 },
        { "a", "/meta-data/a", 0 },
        { "b", "/meta-data/b", 0 },
        { "ipv4", IPV4, 0 },
        { "ipv6", IPV6, 0 },
        { "EACCES", NULL, -EACCES },
        { "EPERM", NULL, -EPERM },
        { "ECONNREFUSED", NULL, -ECONNREFUSED },
        { "ECONNRESET", NULL, -ECONNRESET },
        { "ENETUNREACH", NULL, -ENETUNREACH },
    };
    unsigned long number = strtoul(word + !isdigit((unsigned char) *word), NULL, 10);
    if (isdigit((unsigned char) *word))
        ret->status = (int) number;
    else if (*word == 'x')
        ret->times = (unsigned int) number;
    else if (*word == 'r')
        ret->retry_after_ms = number;
    else if (*word == '+')
        ret->takes_ms = number;
    for (size_t i = 0; i < ELEMENTSOF(words); i++)
        if (strcmp(words[i].word, word) == 0 && words[i].url)
            ret->url = words[i].url;
        else if (strcmp(words[i].word, word) == 0)
            ret->result = words[i].result;
}

static void read_answers(const char *text)
{
    char copy[256], *rest = copy;
    (void) snprintf(copy, sizeof(copy), "%s", text);
    for (char *line; (line = strsep(&rest, ","));) {
        check_that(text, world.answer_count < ELEMENTSOF(world.answers));
        struct answer *answer = &world.answers[world.answer_count++];
        *answer = (struct answer){ .status = 200, .times = UINT32_MAX };
        for (char *word; (word = strsep(&line, " "));)
            read_word(word, answer);
        check_that(text, answer->url != NULL);
    }
}

static struct answer answer_to(const char *url)
{
    for (size_t i = 0; i < world.answer_count; i++)
        if (strstr(url, world.answers[i].url) && world.answers[i].times > 0) {
            world.answers[i].times -= world.answers[i].times < UINT32_MAX;
            return world.answers[i];
        }
    return (struct answer){ .status = 200 };
}

static void perform_one(struct http_request *request, uint64_t timeout_ms)
{
    bool put = strcmp(request->method, "PUT") == 0;
    world.puts += put;
    world.gets += !put;
    (void) snprintf(world.last_url, sizeof(world.last_url), "%s", request->url);
    (void) snprintf(world.last_header, sizeof(world.last_header), "%s",
        request->header ? request->header : "none");
    struct answer answer = answer_to(request->url);
    bool late = answer.takes_ms > timeout_ms;
    request->result = late ? -ETIMEDOUT : answer.result;
    request->took_ms = late ? timeout_ms : answer.takes_ms;
    if (request->result < 0)
        return;
    request->status = answer.status;
    request->retry_after_ms = answer.retry_after_ms;
    if (put)
        check_number("memory", buffer_printf(&request->body, "TOKEN%zu", world.puts), 0);
}

int __wrap_http_perform(struct http_client *client, struct http_request requests[], size_t count,
    enum http_until until, uint64_t timeout_ms)
{
    (void) client;
    uint64_t all = 0, first = UINT64_MAX;
    for (size_t i = 0; i < count; i++) {
        perform_one(&requests[i], timeout_ms);
        if (requests[i].took_ms > all)
            all = requests[i].took_ms;
        if (requests[i].result == 0 && requests[i].took_ms < first)
            first = requests[i].took_ms;
    }
    bool cut = until == HTTP_FIRST && first < UINT64_MAX;
    for (size_t i = 0; cut && i < count; i++)
        if (requests[i].result != 0 || requests[i].took_ms != first)
            requests[i].result = -ECANCELED;
    world.performs++;
    world.last_count = count;
    world.last_until = until;
    world.overran |= world.now_ms + timeout_ms > START_MS + world.deadline_ms;
    if (timeout_ms > world.timeout_max_ms)
        world.timeout_max_ms = timeout_ms;
    world.now_ms += cut ? first : all;
    return 0;
}

static void note_waiting(void *data, const char *why, uint64_t waited_ms, uint64_t left_ms)
{
    (void) data;
    uint64_t waited = world.now_ms - START_MS;
    world.told++;
    (void) snprintf(world.last_why, sizeof(world.last_why), "%s", why);
    check_number("waited since the start", waited_ms, waited);
    check_number("left until the deadline", left_ms,
        waited < world.deadline_ms ? world.deadline_ms - waited : 0);
}

static void end_world(void)
{
    imds_client_free(world.client);
    strings_free(&world.endpoints);
    memset(&world, 0, sizeof(world));
}

/* A client in a new world. Its only endpoint is IPV4, but where `both`. */
static void new_world(
    const char *answers, uint64_t deadline_ms, uint64_t seed, bool both, bool allow_v1)
{
    end_world();
    world.now_ms = START_MS;
    world.deadline_ms = deadline_ms;
    read_answers(answers);
    check_number("memory", strings_append(&world.endpoints, IPV4), 0);
    if (both)
        check_number("memory", strings_append(&world.endpoints, IPV6), 0);
    const struct imds_client_options options = { .endpoints = &world.endpoints,
        .request_timeout_ms = TIMEOUT_MS,
        .deadline_ms = deadline_ms,
        .allow_v1 = allow_v1,
        .seed = seed,
        .observer = { note_waiting, NULL } };
    check_number("a new client", imds_client_new(&options, &world.client, &world.err), 0);
}

static int end_group(void **state)
{
    (void) state;
    end_world();
    return 0;
}
