/* SPDX-License-Identifier: MIT */
/* libcurl's easy interface, as a program of this machine would use it. */

#include "doctor/probe.h"

#include <curl/curl.h>
#include <errno.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "aws/https.h"
#include "lib/address.h"
#include "lib/array.h"
#include "lib/clock.h"
#include "lib/memory.h"
#include "lib/printable.h"
#include "lib/resolve.h"
#include "lib/url.h"

enum {
    PROBE_MS_MAX = 5000,
    SPARE_MS = 500, /* to tell what came of it */
    HEADERS_MAX = 64 * 1024,
};

/* Whom it trusts. */
enum trusted { TRUST_SYSTEM, TRUST_FILE, TRUST_ANY };

/* One try. */
struct trial {
    struct probe *probe;
    CURL *easy;
    struct curl_slist *addresses;
    size_t headers_size;
    bool is_connected; /* something was sent, … */
    bool is_requested; /* … and it was a request, not only TLS for a proxy */
    struct proxy_answer answer;
    char words[CURL_ERROR_SIZE];
};

static void trial_release(struct trial *trial)
{
    curl_easy_cleanup(trial->easy);
    curl_slist_free_all(trial->addresses);
}

static size_t probe_take_header(char *bytes, size_t size, size_t count, void *data)
{
    struct trial *trial = data;
    size_t length = size * count;
    trial->headers_size += length;
    if (trial->headers_size > HEADERS_MAX)
        return 0;
    proxy_answer_take(&trial->answer, bytes, length);
    return length;
}

static size_t drop_body(char *bytes, size_t size, size_t count, void *data)
{
    (void) bytes, (void) data;
    return size * count;
}

/* libcurl says of a connection through a proxy only when it is whole that there is one. */
static int probe_note_sent(CURL *easy, curl_infotype kind, char *bytes, size_t size, void *data)
{
    struct trial *trial = data;
    (void) easy, (void) bytes, (void) size;
    trial->is_requested |= kind == CURLINFO_HEADER_OUT;
    trial->is_connected |= trial->is_requested || kind == CURLINFO_SSL_DATA_OUT;
    return 0;
}

static bool probe_set_protocols(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
    const char *known = https_is_built_in() ? "http,https" : "http";
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, known) == CURLE_OK;
#else
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long) (CURLPROTO_HTTP | CURLPROTO_HTTPS)) ==
           CURLE_OK;
#endif
}

static bool probe_set_way(const struct trial *trial)
{
    const struct probe *probe = trial->probe;
    CURL *easy = trial->easy;
    return curl_easy_setopt(easy, CURLOPT_PROXY, probe->proxy) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NOPROXY, "") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PRE_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_RESOLVE, trial->addresses) == CURLE_OK &&
           (!probe->user ||
               (curl_easy_setopt(easy, CURLOPT_PROXYAUTH, (long) CURLAUTH_BASIC) == CURLE_OK &&
                   curl_easy_setopt(easy, CURLOPT_PROXYUSERNAME, probe->user) == CURLE_OK &&
                   curl_easy_setopt(easy, CURLOPT_PROXYPASSWORD,
                       probe->password ? probe->password : "") == CURLE_OK));
}

/* A libcurl that cannot speak TLS to a proxy may not know some of these, and one without any TLS
 * none. */
static bool probe_set_trust(const struct trial *trial, enum trusted trusted)
{
    CURL *easy = trial->easy;
    if (!https_is_built_in())
        return true;
    const char *file = trusted == TRUST_FILE ? trial->probe->ca_file : NULL;
    if (file) {
        (void) curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, file);
        if (curl_easy_setopt(easy, CURLOPT_CAINFO, file) != CURLE_OK)
            return false;
    }
    (void) curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
    return curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, trusted == TRUST_ANY ? 0L : 1L) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, trusted == TRUST_ANY ? 0L : 2L) ==
               CURLE_OK;
}

static bool probe_set_bounds(CURL *easy, uint64_t timeout_ms)
{
    return curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NETRC, (long) CURL_NETRC_IGNORED) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_1_1) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long) timeout_ms) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long) timeout_ms) == CURLE_OK;
}

static bool probe_set_request(struct trial *trial)
{
    const struct probe *probe = trial->probe;
    CURL *easy = trial->easy;
    _cleanup_buffer_ struct buffer url = { 0 };
    return buffer_printf(&url, "%s://%s/", probe->scheme == PROBE_HTTPS ? "https" : "http",
               probe->host) == 0 &&
           curl_easy_setopt(easy, CURLOPT_URL, url.data) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NOBODY, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_USERAGENT, "ec2-bootstrap/" EC2_BOOTSTRAP_VERSION) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop_body) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, probe_take_header) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERDATA, trial) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, probe_note_sent) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_DEBUGDATA, trial) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, trial->words) == CURLE_OK;
}

/* Whether a certificate's chain ended at an authority that is not known. */
static bool probe_is_unknown(long code)
{
    static const long codes[] = {
        X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
        X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
        X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
        X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
        X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
    };
    for (size_t i = 0; i < ELEMENTSOF(codes); i++)
        if (codes[i] == code)
            return true;
    return false;
}

/* A name in a certificate is the word of who has made it. */
static void copy_name(const char *text, char ret[static PROBE_TEXT_MAX])
{
    (void) snprintf(ret, PROBE_TEXT_MAX, "%s", text + strspn(text, " "));
    printable_make(ret);
}

static void take_certificate(struct trial *trial)
{
    struct curl_certinfo *info = NULL;
    if (curl_easy_getinfo(trial->easy, CURLINFO_CERTINFO, &info) != CURLE_OK || !info ||
        info->num_of_certs < 1)
        return;
    for (const struct curl_slist *item = info->certinfo[0]; item; item = item->next) {
        if (strncmp(item->data, "Subject:", 8) == 0)
            copy_name(item->data + 8, trial->probe->subject);
        else if (strncmp(item->data, "Issuer:", 7) == 0)
            copy_name(item->data + 7, trial->probe->issuer);
    }
}

/* What a failure below HTTP means, where a connection was made. */
static int result_of_code(CURLcode code, bool has_tunnel)
{
    static const struct {
        CURLcode code;
        int result, in_tunnel;
    } results[] = {
        { CURLE_OPERATION_TIMEDOUT, -ETIMEDOUT, -ECONNABORTED },
        { CURLE_PEER_FAILED_VERIFICATION, -EKEYREJECTED, -EKEYREJECTED },
        { CURLE_SSL_CACERT_BADFILE, -EKEYREJECTED, -EKEYREJECTED },
        { CURLE_SSL_CONNECT_ERROR, -ECONNABORTED, -ECONNABORTED },
        { CURLE_RECV_ERROR, -ECONNRESET, -ECONNABORTED },
        { CURLE_SEND_ERROR, -ECONNRESET, -ECONNABORTED },
        { CURLE_GOT_NOTHING, -ECONNRESET, -ECONNABORTED },
    };
    for (size_t i = 0; i < ELEMENTSOF(results); i++)
        if (results[i].code == code)
            return has_tunnel ? results[i].in_tunnel : results[i].result;
    return has_tunnel ? -ECONNABORTED : -EPROTO;
}

static int result_of_connect(const struct trial *trial, CURLcode code)
{
    long os_errno = 0;
    (void) curl_easy_getinfo(trial->easy, CURLINFO_OS_ERRNO, &os_errno);
    if (code == CURLE_OPERATION_TIMEDOUT || os_errno == ETIMEDOUT)
        return -ENOTCONN;
    if (code != CURLE_COULDNT_CONNECT && os_errno <= 0)
        return -EPROTONOSUPPORT; /* such as TLS to a proxy, with some versions */
    return os_errno > 0 ? (int) -os_errno : -ECONNREFUSED;
}

/* What a request came to that no answer has come to. */
static int result_of_trial(const struct trial *trial, CURLcode code, bool has_tunnel)
{
    if (!trial->is_connected)
        return result_of_connect(trial, code);
    if (!trial->is_requested && code != CURLE_PEER_FAILED_VERIFICATION)
        return -ECONNABORTED;
    return trial->answer.has_begun && !trial->answer.is_http ? -EPROTO
                                                             : result_of_code(code, has_tunnel);
}

static void trial_end(struct trial *trial, CURLcode code)
{
    struct probe *probe = trial->probe;
    long connect_status = 0, status = 0, of_proxy = 0, of_server = 0;
    (void) curl_easy_getinfo(trial->easy, CURLINFO_HTTP_CONNECTCODE, &connect_status);
    (void) curl_easy_getinfo(trial->easy, CURLINFO_RESPONSE_CODE, &status);
    (void) curl_easy_getinfo(trial->easy, CURLINFO_PROXY_SSL_VERIFYRESULT, &of_proxy);
    (void) curl_easy_getinfo(trial->easy, CURLINFO_SSL_VERIFYRESULT, &of_server);
    bool has_tunnel = connect_status / 100 == 2;
    probe->proxy_status = (int) (probe->scheme == PROBE_HTTPS ? connect_status : status);
    bool has_answer = code == CURLE_OK || (probe->proxy_status != 0 && !has_tunnel);
    probe->result = has_answer ? 0 : result_of_trial(trial, code, has_tunnel);
    probe->is_of_aws = trial->answer.is_of_aws;
    probe->has_clock = trial->answer.date != 0;
    probe->clock_offset_s = trial->answer.date - (int64_t) time(NULL);
    memcpy(probe->schemes, trial->answer.schemes, sizeof(probe->schemes));
    memcpy(probe->reason, trial->answer.reason, sizeof(probe->reason));
    probe->is_of_proxy = !has_tunnel;
    probe->is_unknown = probe_is_unknown(has_tunnel ? of_server : of_proxy);
    if (probe->result == -EKEYREJECTED || probe->result == -ECONNABORTED)
        (void) snprintf(probe->reason, sizeof(probe->reason), "%s", trial->words);
    take_certificate(trial);
}

/* 0 or -ENOMEM. */
static int probe_try(
    struct probe *probe, const struct strings *addresses, enum trusted trusted, uint64_t timeout_ms)
{
    _cleanup_(trial_release) struct trial trial = { .probe = probe };
    _cleanup_buffer_ struct buffer text = { 0 };
    char port[8];
    (void) snprintf(port, sizeof(port), "%u", probe->proxy_port);
    trial.easy = curl_easy_init();
    if (!trial.easy || url_append_addresses(port, addresses, &text) < 0)
        return -ENOMEM;
    trial.addresses = curl_slist_append(NULL, text.data);
    if (!trial.addresses || !probe_set_protocols(trial.easy) || !probe_set_way(&trial) ||
        !probe_set_trust(&trial, trusted) || !probe_set_bounds(trial.easy, timeout_ms) ||
        !probe_set_request(&trial))
        return -ENOMEM;
    mem_forget_failure();
    errno = 0;
    CURLcode code = curl_easy_perform(trial.easy);
    if (code != CURLE_OK && (mem_has_failed() || errno == ENOMEM))
        return -ENOMEM;
    trial_end(&trial, code);
    return 0;
}

static uint64_t probe_left_ms(uint64_t end_ms)
{
    uint64_t now_ms = clock_now_ms() + SPARE_MS;
    uint64_t left_ms = now_ms < end_ms ? end_ms - now_ms : 1;
    return left_ms < PROBE_MS_MAX ? left_ms : PROBE_MS_MAX;
}

/* Looks at a certificate that the system does not trust: by the company's file, else whose it is.
 */
static int probe_look_closer(struct probe *probe, const struct strings *addresses, uint64_t end_ms)
{
    struct probe closer = *probe;
    int r = 0;
    if (probe->ca_file) {
        r = probe_try(&closer, addresses, TRUST_FILE, probe_left_ms(end_ms));
        if (r == 0 && closer.result == 0) {
            closer.is_by_file = true;
            *probe = closer;
            return 0;
        }
    }
    closer = *probe;
    if (r == 0)
        r = probe_try(&closer, addresses, TRUST_ANY, probe_left_ms(end_ms));
    memcpy(probe->subject, closer.subject, sizeof(probe->subject));
    memcpy(probe->issuer, closer.issuer, sizeof(probe->issuer));
    return r;
}

int probe_perform(struct probe *probe, uint64_t end_ms)
{
    _cleanup_strings_ struct strings addresses = { 0 };
    struct address address;
    bool is_address = address_parse(probe->proxy_host, &address) == 0;
    int r = is_address ? strings_append(&addresses, probe->proxy_host)
                       : resolve_name(probe->proxy_host, probe_left_ms(end_ms), &addresses);
    if (r == -ENOMEM)
        return r;
    probe->resolved = r;
    if (r == 0)
        r = probe_try(probe, &addresses, TRUST_SYSTEM, probe_left_ms(end_ms));
    else
        return 0;
    return r == 0 && probe->result == -EKEYREJECTED && probe->is_unknown
               ? probe_look_closer(probe, &addresses, end_ms)
               : r;
}
