/* SPDX-License-Identifier: MIT */
/* The whole conversation with a peer that poses as the metadata service: whatever it answers, what
 * is asked next is a path below /latest/, the time has its bound, and what is learned is clean. The
 * input: a digit with options; then for each request a line of digits (result, status, seconds,
 * Retry-After) and the body up to a line "%%". Neither network nor clock is there. */

#include <curl/curl.h>
#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "imds/http.h"
#include "instance/facts.h"
#include "lib/array.h"
#include "lib/clock.h"
#include "lib/resolve.h"

/* A question that follows an answer at the deadline has a millisecond. */
enum { DEADLINE_MS = 4000, TIMEOUT_MS = 1000, START_MS = 5000, LATE_MS = 10 };

static uint64_t now_ms;
static struct fuzz_input answers;

uint64_t __wrap_clock_now_ms(void);
void __wrap_clock_sleep_ms(uint64_t ms);
int __wrap_http_perform(struct http_client *client, struct http_request requests[], size_t count,
    enum http_until until, uint64_t timeout_ms);
int __wrap_resolve_name(const char *name, uint64_t timeout_ms, struct strings *ret);
CURLM *__real_curl_multi_init(void);
CURLM *__wrap_curl_multi_init(void);
CURLMcode __wrap_curl_multi_cleanup(CURLM *multi);

/* One for all, as none is used, and each would cost system calls. */
CURLM *__wrap_curl_multi_init(void)
{
    static CURLM *multi;
    if (!multi)
        multi = __real_curl_multi_init();
    return multi;
}

CURLMcode __wrap_curl_multi_cleanup(CURLM *multi)
{
    (void) multi;
    return CURLM_OK;
}

uint64_t __wrap_clock_now_ms(void)
{
    return now_ms;
}

void __wrap_clock_sleep_ms(uint64_t ms)
{
    now_ms += ms;
}

int __wrap_resolve_name(const char *name, uint64_t timeout_ms, struct strings *ret)
{
    (void) name;
    now_ms += timeout_ms / 8;
    return strings_append(ret, "127.0.0.1");
}

static bool is_plain(const char *text)
{
    for (; *text; text++)
        if ((unsigned char) *text <= ' ' || (unsigned char) *text >= 0x7f)
            return false;
    return true;
}

/* No answer may lead a later request elsewhere, or put more than a token into its header. */
static void check_asked(const struct http_request *request)
{
    static const char *const endpoints[] = { "http://127.0.0.1:9/", "http://[::1]:9/",
        "http://imds.example:9/" };
    static const char header[] = "X-aws-ec2-metadata-token";
    const char *path = "";
    for (size_t i = 0; i < ELEMENTSOF(endpoints); i++)
        if (strncmp(request->url, endpoints[i], strlen(endpoints[i])) == 0)
            path = request->url + strlen(endpoints[i]) - 1;
    FUZZ_CHECK(*path == '/' && is_plain(path) && !strpbrk(path, "?#%\"\\"));
    FUZZ_CHECK(strcmp(path, "/latest/api/token") == 0 ||
               strncmp(path, "/latest/meta-data/", strlen("/latest/meta-data/")) == 0);
    FUZZ_CHECK(!strstr(path, "/../") && !strstr(path, "/./") && !strstr(path, "//"));
    FUZZ_CHECK(!request->header || strncmp(request->header, header, strlen(header)) == 0);
    const char *value = request->header ? strstr(request->header, ": ") : NULL;
    FUZZ_CHECK(!request->header || (value && is_plain(value + 2)));
    FUZZ_CHECK(request->body_max > 0 && request->body_max <= 1 << 20);
}

static void answer(struct http_request *request, uint64_t timeout_ms)
{
    static const int results[] = { 0, 0, 0, 0, -ETIMEDOUT, -EACCES, -ECONNREFUSED, -EPERM, -EPIPE,
        -EMSGSIZE };
    static const int statuses[] = { 200, 404, 401, 403, 503, 500, 400, 302, 405, 429 };
    request->result = results[fuzz_choice(&answers, ELEMENTSOF(results))];
    request->status = statuses[fuzz_choice(&answers, ELEMENTSOF(statuses))];
    request->took_ms = fuzz_choice(&answers, 10) * timeout_ms / 9;
    request->retry_after_ms = fuzz_choice(&answers, 10) * 700;
    request->was_silent = request->result < 0 && request->status == 404;
    mem_free(fuzz_line(&answers));
    request->body = fuzz_part(&answers);
    if (request->result == 0 && request->body.size > request->body_max)
        request->result = -EMSGSIZE;
    if (request->result < 0) {
        request->status = 0;
        buffer_free(&request->body);
    }
}

int __wrap_http_perform(struct http_client *client, struct http_request requests[], size_t count,
    enum http_until until, uint64_t timeout_ms)
{
    uint64_t longest = 0;
    (void) client;
    FUZZ_CHECK(timeout_ms <= TIMEOUT_MS);
    FUZZ_CHECK(now_ms + timeout_ms <= START_MS + DEADLINE_MS + LATE_MS);
    bool answered = false;
    for (size_t i = 0; i < count; i++) {
        check_asked(&requests[i]);
        http_request_clear(&requests[i]);
        answer(&requests[i], timeout_ms);
        longest = requests[i].took_ms > longest ? requests[i].took_ms : longest;
        if (answered && until == HTTP_FIRST)
            requests[i].result = -ECANCELED;
        answered |= requests[i].result == 0;
    }
    now_ms += longest;
    return 0;
}

static void check_facts(const struct facts *facts)
{
    FUZZ_CHECK(!facts->region || is_plain(facts->region));
    FUZZ_CHECK(!facts->domain || is_plain(facts->domain));
    FUZZ_CHECK(!facts->role || is_plain(facts->role));
    FUZZ_CHECK(!facts->has_credentials || (is_plain(facts->credentials.access_key_id) &&
                                              is_plain(facts->credentials.secret_access_key) &&
                                              is_plain(facts->credentials.session_token)));
    for (size_t i = 0; i < facts->request_count; i++)
        FUZZ_CHECK(is_plain(facts->requests[i].path));
}

/* As run and credentials do. */
static int converse(struct imds_client *client, bool credentials, struct error *err)
{
    _cleanup_facts_ struct facts facts = { 0 };
    const struct facts_want want = { .credentials = credentials,
        .region = true,
        .domain = true,
        .vpc_blocks = true,
        .vpc_ipv6_required = credentials };
    int r = imds_client_open(client, err);
    if (r == 0)
        r = facts_fetch(client, &want, &facts, err);
    if (r == 0 && credentials)
        r = facts_wait_credentials(client, &facts, err);
    check_facts(&facts);
    FUZZ_CHECK(r < 0 || !credentials || facts.has_credentials);
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    answers = fuzz_input_of(data, size);
    size_t options = fuzz_choice(&answers, 10);
    _cleanup_strings_ struct strings endpoints = { 0 };
    FUZZ_CHECK(strings_append(
                   &endpoints, options < 8 ? "http://127.0.0.1:9" : "http://imds.example:9") == 0);
    if (options < 4)
        FUZZ_CHECK(strings_append(&endpoints, "http://[::1]:9") == 0);
    now_ms = START_MS;
    struct imds_client *client = NULL;
    struct error err = { 0 };
    const struct imds_client_options client_options = { .endpoints = &endpoints,
        .request_timeout_ms = TIMEOUT_MS,
        .deadline_ms = DEADLINE_MS,
        .allow_v1 = options & 1,
        .seed = size };
    FUZZ_CHECK(imds_client_new(&client_options, &client, &err) == 0);
    int r = converse(client, options & 2, &err);
    FUZZ_CHECK(r <= 0);
    if (r < 0)
        fuzz_check_error(&err);
    imds_client_free(client);
    FUZZ_CHECK(now_ms <= START_MS + DEADLINE_MS + LATE_MS);
    return 0;
}
