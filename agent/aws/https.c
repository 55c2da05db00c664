/* SPDX-License-Identifier: MIT */
/* libcurl's easy interface; every way around what was asked for is switched off. */

#include "aws/https.h"

#include <curl/curl.h>
#include <errno.h>
#include <openssl/x509_vfy.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/array.h"
#include "lib/clock.h"
#include "lib/memory.h"
#include "lib/url.h"

enum { HEADERS_TOTAL_MAX = 16 * 1024 };

/* Whose certificates are held against the CA file, and not against the system's store. */
struct trusted {
    bool server_by_file, proxy_by_file;
};

/* A request while it is under way. */
struct exchange {
    struct https_request *request;
    CURL *easy;
    struct curl_slist *headers, *addresses;
    size_t headers_size;
    int refused; /* our own reason to end it, a negative errno; 0: none */
    char words[CURL_ERROR_SIZE];
};

static void exchange_release(struct exchange *exchange)
{
    curl_easy_cleanup(exchange->easy);
    curl_slist_free_all(exchange->headers);
    curl_slist_free_all(exchange->addresses);
}

static size_t take_body(char *bytes, size_t size, size_t count, void *data)
{
    struct exchange *exchange = data;
    struct buffer *body = &exchange->request->answer_body;
    size_t length = size * count;
    if (length > HTTPS_BODY_SIZE_MAX - body->size)
        exchange->refused = -EMSGSIZE;
    else if (buffer_append(body, bytes, length) < 0)
        exchange->refused = -ENOMEM;
    return exchange->refused < 0 ? 0 : length;
}

/* Also of interim answers (1xx), and trailers. */
static size_t take_header(char *bytes, size_t size, size_t count, void *data)
{
    struct exchange *exchange = data;
    size_t length = size * count;
    if (length > HEADERS_TOTAL_MAX - exchange->headers_size) {
        exchange->refused = -EMSGSIZE;
        return 0;
    }
    exchange->headers_size += length;
    answer_headers_take(&exchange->request->answer, bytes, length);
    return length;
}

static bool https_append_line(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*list, line);
    if (!longer)
        return false;
    *list = longer;
    return true;
}

/* Without an empty "Expect:" libcurl asks for leave before it sends a longer body. */
static bool make_headers(struct exchange *exchange)
{
    const struct strings *headers = exchange->request->headers;
    bool ok = https_append_line(&exchange->headers, "Expect:");
    for (size_t i = 0; ok && i < headers->count; i++)
        ok = https_append_line(&exchange->headers, headers->items[i]);
    return ok;
}

/* The addresses are those of any host with this port: only the peer is looked for. */
static bool make_addresses(struct exchange *exchange)
{
    const struct https_request *request = exchange->request;
    _cleanup_buffer_ struct buffer text = { 0 };
    int r = url_append_addresses(request->peer_port, request->peer_addresses, &text);
    return r == 0 && https_append_line(&exchange->addresses, text.data);
}

static bool set_only_https(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK;
#else
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long) CURLPROTO_HTTPS) == CURLE_OK;
#endif
}

/* "" keeps libcurl from reading the environment. */
static bool set_way(const struct exchange *exchange)
{
    const char *proxy = exchange->request->proxy;
    return curl_easy_setopt(exchange->easy, CURLOPT_PROXY, proxy ? proxy : "") == CURLE_OK &&
           curl_easy_setopt(exchange->easy, CURLOPT_NOPROXY, proxy ? "" : "*") == CURLE_OK &&
           curl_easy_setopt(exchange->easy, CURLOPT_PRE_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(exchange->easy, CURLOPT_RESOLVE, exchange->addresses) == CURLE_OK;
}

static bool set_server_tls(const struct exchange *exchange, struct trusted trusted)
{
    CURL *easy = exchange->easy;
    if (trusted.server_by_file &&
        curl_easy_setopt(easy, CURLOPT_CAINFO, exchange->request->ca_file) != CURLE_OK)
        return false;
    return curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2) == CURLE_OK;
}

/* A libcurl that cannot speak TLS to a proxy may not know these; then it does not use such a proxy
 * either. */
static void set_proxy_tls(const struct exchange *exchange, struct trusted trusted)
{
    CURL *easy = exchange->easy;
    if (trusted.proxy_by_file)
        (void) curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, exchange->request->ca_file);
    (void) curl_easy_setopt(easy, CURLOPT_PROXY_SSL_VERIFYPEER, 1L);
    (void) curl_easy_setopt(easy, CURLOPT_PROXY_SSL_VERIFYHOST, 2L);
    (void) curl_easy_setopt(easy, CURLOPT_PROXY_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
}

static bool set_bounds(CURL *easy, uint64_t timeout_ms)
{
    return curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NETRC, (long) CURL_NETRC_IGNORED) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_1_1) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long) timeout_ms) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long) timeout_ms) == CURLE_OK;
}

static bool set_content(struct exchange *exchange)
{
    const struct https_request *request = exchange->request;
    CURL *easy = exchange->easy;
    _cleanup_buffer_ struct buffer url = { 0 };
    return buffer_printf(&url, "https://%s/", request->authority) == 0 &&
           curl_easy_setopt(easy, CURLOPT_URL, url.data) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_POST, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body ? request->body : "") ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) request->body_size) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HTTPHEADER, exchange->headers) == CURLE_OK &&
           /* None of ours goes to a proxy, and none of a proxy's is taken for the server's. */
           curl_easy_setopt(easy, CURLOPT_HEADEROPT, (long) CURLHEADER_SEPARATE) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_USERAGENT, "ec2-bootstrap/" EC2_BOOTSTRAP_VERSION) ==
               CURLE_OK;
}

static bool set_receivers(struct exchange *exchange)
{
    CURL *easy = exchange->easy;
    return curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->words) == CURLE_OK;
}

static int https_result_of(const struct exchange *exchange, CURLcode code)
{
    static const struct {
        CURLcode code;
        int result;
    } results[] = {
        { CURLE_OK, 0 },
        { CURLE_OPERATION_TIMEDOUT, -ETIMEDOUT },
        { CURLE_COULDNT_RESOLVE_HOST, -EHOSTUNREACH },
        { CURLE_COULDNT_RESOLVE_PROXY, -EHOSTUNREACH },
        { CURLE_PEER_FAILED_VERIFICATION, -EKEYREJECTED },
        { CURLE_SSL_CACERT_BADFILE, -ENOKEY },
        { CURLE_SSL_CONNECT_ERROR, -ECONNABORTED },
        { CURLE_NOT_BUILT_IN, -EPROTONOSUPPORT },
        { CURLE_PARTIAL_FILE, -EPIPE },
        { CURLE_RECV_ERROR, -ECONNRESET },
        { CURLE_SEND_ERROR, -ECONNRESET },
        { CURLE_GOT_NOTHING, -ECONNRESET },
        { CURLE_OUT_OF_MEMORY, -EMSGSIZE }, /* so it says of a line that is too long, before 8.6 */
#if LIBCURL_VERSION_NUM >= 0x080600
        { CURLE_TOO_LARGE, -EMSGSIZE },
#endif
    };
    if (exchange->refused < 0)
        return exchange->refused;
    if (exchange->request->proxy_status != 0)
        return -EREMOTEIO;
    long os_errno = 0;
    if (code == CURLE_COULDNT_CONNECT) {
        (void) curl_easy_getinfo(exchange->easy, CURLINFO_OS_ERRNO, &os_errno);
        return os_errno > 0 ? (int) -os_errno : -ECONNREFUSED;
    }
    for (size_t i = 0; i < ELEMENTSOF(results); i++)
        if (results[i].code == code)
            return results[i].result;
    return -EPROTO;
}

static void exchange_end(struct exchange *exchange, CURLcode code)
{
    struct https_request *request = exchange->request;
    long status = 0, proxy_status = 0;
    (void) curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status);
    (void) curl_easy_getinfo(exchange->easy, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
    /* The code for a proxy's refusal is another in each version of libcurl. */
    bool is_refusal = code != CURLE_OK && proxy_status != 0 && proxy_status / 100 != 2;
    request->proxy_status = is_refusal ? (int) proxy_status : 0;
    request->result = https_result_of(exchange, code);
    request->status = request->result == 0 ? (int) status : 0;
    bool is_by_tls = request->result == -EKEYREJECTED || request->result == -ECONNABORTED;
    if (is_by_tls)
        (void) snprintf(request->reason, sizeof(request->reason), "%s", exchange->words);
}

/* Whether a certificate's chain ended at an authority that is not known. */
static bool is_unknown_issuer(const struct exchange *exchange, CURLINFO info)
{
    static const long codes[] = {
        X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
        X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
        X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
        X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
        X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
    };
    long found = 0;
    if (curl_easy_getinfo(exchange->easy, info, &found) != CURLE_OK)
        return false;
    for (size_t i = 0; i < ELEMENTSOF(codes); i++)
        if (codes[i] == found)
            return true;
    return false;
}

/* A CA file takes the place of the system's store in libcurl, so each is tried by itself. Returns
 * whether there is something else to try; nothing but a handshake has been sent so far. */
static bool trust_more(const struct exchange *exchange, struct trusted *trusted)
{
    int result = exchange->request->result;
    if (!exchange->request->ca_file || (result != -EKEYREJECTED && result != -ENOKEY))
        return false;
    if (result == -ENOKEY && !trusted->proxy_by_file && !trusted->server_by_file)
        trusted->proxy_by_file = trusted->server_by_file = true; /* the system has no store */
    else if (!trusted->proxy_by_file &&
             is_unknown_issuer(exchange, CURLINFO_PROXY_SSL_VERIFYRESULT))
        trusted->proxy_by_file = true;
    else if (!trusted->server_by_file && is_unknown_issuer(exchange, CURLINFO_SSL_VERIFYRESULT))
        trusted->server_by_file = true;
    else
        return false;
    return true;
}

bool https_is_built_in(void)
{
    return curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_SSL;
}

/* 0 with the request's result, or -ENOMEM; `*trusted` is what to try next where it is another one.
 */
static int https_try(struct https_request *request, uint64_t timeout_ms, struct trusted *trusted)
{
    _cleanup_(exchange_release) struct exchange exchange = { .request = request };
    https_request_clear(request);
    exchange.easy = curl_easy_init();
    if (!exchange.easy || !make_headers(&exchange) || !make_addresses(&exchange) ||
        !set_only_https(exchange.easy) || !set_way(&exchange) ||
        !set_server_tls(&exchange, *trusted) || !set_bounds(exchange.easy, timeout_ms) ||
        !set_content(&exchange) || !set_receivers(&exchange))
        return -ENOMEM;
    set_proxy_tls(&exchange, *trusted);
    mem_forget_failure();
    errno = 0;
    CURLcode code = curl_easy_perform(exchange.easy);
    if (code != CURLE_OK && (mem_has_failed() || errno == ENOMEM))
        return -ENOMEM;
    exchange_end(&exchange, code);
    return request->result == -ENOMEM ? -ENOMEM : trust_more(&exchange, trusted);
}

int https_post(struct https_request *request, uint64_t timeout_ms)
{
    struct trusted trusted = { 0 };
    uint64_t started_ms = clock_now_ms(), took_ms = 0;
    int r = 1;
    if (!https_is_built_in()) {
        https_request_clear(request);
        request->result = -EPROTONOSUPPORT;
        return 0;
    }
    while (r > 0 && took_ms < timeout_ms) {
        r = https_try(request, timeout_ms - took_ms, &trusted);
        took_ms = clock_now_ms() - started_ms;
    }
    request->took_ms = took_ms;
    return r < 0 ? r : 0;
}

void https_request_clear(struct https_request *request)
{
    buffer_free(&request->answer_body);
    request->answer = (struct answer_headers){ 0 };
    request->result = 0;
    request->status = 0;
    request->proxy_status = 0;
    request->reason[0] = '\0';
    request->took_ms = 0;
}

const char *https_result_text(int result)
{
    static const struct {
        int result;
        const char *text;
    } texts[] = {
        { -ETIMEDOUT, "no answer in time" },
        { -EHOSTUNREACH, "host not found or not reachable" },
        { -EPIPE, "the answer was cut off" },
        { -ECONNRESET, "the connection was closed without an answer" },
        { -EMSGSIZE, "the answer is larger than any real one" },
        { -EPROTO, "the answer is not valid HTTP" },
        { -EKEYREJECTED, "the certificate is not trusted" },
        { -ENOKEY, "the file with the CAs cannot be read" },
        { -ECONNABORTED, "no TLS connection could be made" },
        { -EREMOTEIO, "the proxy does not let the request through" },
        { -EPROTONOSUPPORT, "the libcurl of this machine has no TLS for it" },
        { -EACCES, "connecting is prohibited on this machine" },
        { -EPERM, "connecting is prohibited on this machine" },
    };
    for (size_t i = 0; i < ELEMENTSOF(texts); i++)
        if (texts[i].result == result)
            return texts[i].text;
    return strerror(-result);
}
