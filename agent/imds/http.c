/* SPDX-License-Identifier: MIT */
/* libcurl's multi interface with every way to a proxy switched off. */

#include "imds/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "imds/received.h"
#include "imds/status_line.h"
#include "lib/array.h"
#include "lib/clock.h"
#include "lib/http_date.h"
#include "lib/memory.h"
#include "lib/url.h"

enum { CONNECTIONS_MAX = 4, POLL_MS_MAX = 1000 };

/* No boot waits for hours, and newer versions of libcurl make six of any longer time. */
enum { RETRY_AFTER_MAX_S = 6 * 60 * 60 };

/* Headers are all that comes before a body and behind it; IMDS sends some 300 bytes. Of what comes
 * beside bodies and headers, as the marks of chunks, there may be as much as there is of bodies,
 * and this. */
enum {
    HEADERS_SIZE_MAX = 16 * 1024,
    OVERHEAD_SIZE_MAX = 256 * 1024,
    RECEIVE_BUFFER_SIZE = 64 * 1024
};

struct http_client {
    CURLM *multi;
    uint32_t mark;                /* SO_MARK of new connections; 0: none */
    struct curl_slist *addresses; /* for CURLOPT_RESOLVE; NULL: no name is asked for */
    struct received received[RECEIVED_PEERS_MAX];
    uint64_t round; /* of libcurl's work, after each wait */
};

/* One request while it is under way. */
struct transfer {
    struct http_client *client;
    struct received *received; /* of its peer */
    CURL *easy;
    struct curl_slist *headers;
    struct http_request *request;
    uint64_t started_ms;
    size_t headers_size;
};

int http_init(void)
{
    /* No TLS is ever spoken. Newer versions set libcrypto up nevertheless, and do not say when
     * there was no memory for a part of it. */
    errno = 0;
    CURLcode code = curl_global_init_mem(
        CURL_GLOBAL_NOTHING, mem_alloc, mem_free, mem_realloc, mem_strdup, mem_calloc);
    if (code == CURLE_OUT_OF_MEMORY || errno == ENOMEM)
        return -ENOMEM;
    return code == CURLE_OK ? 0 : -EIO;
}

int http_client_new(struct http_client **ret)
{
    struct http_client *client = mem_calloc(1, sizeof(*client));
    if (!client)
        return -ENOMEM;
    client->multi = curl_multi_init();
    if (!client->multi) {
        mem_free(client);
        return -ENOMEM;
    }
    (void) curl_multi_setopt(client->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long) CONNECTIONS_MAX);
    (void) curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long) CONNECTIONS_MAX);
    *ret = client;
    return 0;
}

void http_client_set_mark(struct http_client *client, uint32_t mark)
{
    client->mark = mark;
}

int http_client_set_addresses(
    struct http_client *client, const char *port, const struct strings *addresses)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    int r = url_append_addresses(port, addresses, &text);
    struct curl_slist *list = r == 0 ? curl_slist_append(NULL, text.data) : NULL;
    if (!list)
        return -ENOMEM;
    curl_slist_free_all(client->addresses);
    client->addresses = list;
    return 0;
}

void http_client_free(struct http_client *client)
{
    if (!client)
        return;
    (void) curl_multi_cleanup(client->multi);
    curl_slist_free_all(client->addresses);
    mem_free(client);
}

static size_t receive_body(char *bytes, size_t size, size_t count, void *data)
{
    struct http_request *request = data;
    size_t length = size * count;
    if (length > request->body_max - request->body.size) {
        request->result = -EMSGSIZE;
        return 0;
    }
    if (buffer_append(&request->body, bytes, length) == 0)
        return length;
    request->result = -ENOMEM;
    return 0;
}

/* Also of interim answers (1xx), and trailers. */
static size_t receive_header(char *bytes, size_t size, size_t count, void *data)
{
    struct transfer *transfer = data;
    size_t length = size * count;
    if (status_line_is_bad(bytes, length)) {
        transfer->request->result = -EPROTO;
        return 0;
    }
    if (length > HEADERS_SIZE_MAX - transfer->headers_size) {
        transfer->request->result = -EMSGSIZE;
        return 0;
    }
    transfer->headers_size += length;
    int64_t date = http_date_of_line(bytes, length);
    if (date != 0)
        transfer->request->date = date;
    return length;
}

static void expect_bodies(
    struct http_client *client, const struct http_request requests[], size_t count)
{
    for (size_t i = 0; i < RECEIVED_PEERS_MAX; i++)
        received_begin(&client->received[i], OVERHEAD_SIZE_MAX);
    for (size_t i = 0; i < count; i++)
        received_of(client->received, requests[i].url)->max += 2 * (uint64_t) requests[i].body_max;
}

/* libcurl calls this many times in a round. Anything but 0 ends the transfer. */
static int watch_size(void *data, curl_off_t download_size, curl_off_t downloaded,
    curl_off_t upload_size, curl_off_t uploaded)
{
    struct transfer *transfer = data;
    (void) download_size, (void) downloaded, (void) upload_size, (void) uploaded;
    if (!received_is_over(transfer->received, transfer->client->round))
        return 0;
    transfer->request->result = -EMSGSIZE;
    return 1;
}

static int prepare_socket(void *data, curl_socket_t fd, curlsocktype purpose)
{
    struct transfer *transfer = data;
    uint32_t mark = transfer->client->mark;
    int buffer_size = RECEIVE_BUFFER_SIZE;
    (void) purpose;
    received_add(transfer->received, fd);
    (void) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer_size, sizeof(buffer_size));
    if (mark == 0 || setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark)) == 0)
        return CURL_SOCKOPT_OK;
    transfer->request->result = -errno;
    return CURL_SOCKOPT_ERROR;
}

static int close_socket(void *data, curl_socket_t fd)
{
    struct http_client *client = data;
    for (size_t i = 0; i < RECEIVED_PEERS_MAX; i++)
        received_remove(&client->received[i], fd);
    return close(fd);
}

/* libcurl before 8.6 says that there is no memory for a line that it finds too long. */
static bool http_is_too_long(const struct transfer *transfer, CURLcode code)
{
    return code == CURLE_OUT_OF_MEMORY &&
           received_now(transfer->received) > transfer->request->body.size + HEADERS_SIZE_MAX;
}

static int result_of(const struct transfer *transfer, CURLcode code)
{
    const struct http_request *request = transfer->request;
    static const struct {
        CURLcode code;
        int result;
    } results[] = {
        { CURLE_OPERATION_TIMEDOUT, -ETIMEDOUT },
        { CURLE_COULDNT_RESOLVE_HOST, -EHOSTUNREACH },
        { CURLE_PARTIAL_FILE, -EPIPE },
        { CURLE_RECV_ERROR, -ECONNRESET },
        { CURLE_SEND_ERROR, -ECONNRESET },
        { CURLE_GOT_NOTHING, -ECONNRESET },
        { CURLE_OUT_OF_MEMORY, -ENOMEM },
#if LIBCURL_VERSION_NUM >= 0x080600
        { CURLE_TOO_LARGE, -EMSGSIZE },
#endif
    };
    if (code == CURLE_OK)
        return 0;
    if (request->result != -ECANCELED)
        return request->result; /* our own reason to end it */
    if (http_is_too_long(transfer, code))
        return -EMSGSIZE;
    long os_errno = 0;
    if (code == CURLE_COULDNT_CONNECT) {
        (void) curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &os_errno);
        return os_errno > 0 ? (int) -os_errno : -ECONNREFUSED;
    }
    for (size_t i = 0; i < ELEMENTSOF(results); i++)
        if (results[i].code == code)
            return results[i].result;
    return -EPROTO;
}

static void transfer_end(struct transfer *transfer, CURLcode code)
{
    struct http_request *request = transfer->request;
    long status = 0;
    curl_off_t retry_after_s = 0, connect_us = 0;
    (void) curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    (void) curl_easy_getinfo(transfer->easy, CURLINFO_CONNECT_TIME_T, &connect_us);
    (void) curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &retry_after_s);
    request->result = result_of(transfer, code);
    request->status = (int) status;
    request->retry_after_ms = retry_after_s > 0 && retry_after_s < RETRY_AFTER_MAX_S
                                  ? (uint64_t) retry_after_s * 1000
                                  : 0;
    request->was_silent = connect_us > 0 && status == 0;
    request->took_ms = clock_now_ms() - transfer->started_ms;
}

static bool set_protocol(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http") == CURLE_OK;
#else
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long) CURLPROTO_HTTP) == CURLE_OK;
#endif
}

/* Each of these alone keeps libcurl from a proxy; "" also keeps it from reading the environment. */
static bool set_direct(CURL *easy)
{
    return curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NOPROXY, "*") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PRE_PROXY, "") == CURLE_OK;
}

static bool set_limits(CURL *easy, uint64_t timeout_ms)
{
    return curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NETRC, (long) CURL_NETRC_IGNORED) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_1_1) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long) timeout_ms) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long) timeout_ms) == CURLE_OK;
}

static bool set_request(struct transfer *transfer)
{
    struct http_request *request = transfer->request;
    CURL *easy = transfer->easy;
    if (request->header) {
        transfer->headers = curl_slist_append(NULL, request->header);
        if (!transfer->headers)
            return false;
    }
    return curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_URL, request->url) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_RESOLVE, transfer->client->addresses) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_USERAGENT, "ec2-bootstrap/" EC2_BOOTSTRAP_VERSION) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive_body) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEDATA, request) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, receive_header) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, watch_size) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_XFERINFODATA, transfer) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, prepare_socket) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SOCKOPTDATA, transfer) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, transfer->client) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer) == CURLE_OK;
}

static int transfer_start(struct http_client *client, struct transfer *transfer,
    struct http_request *request, uint64_t timeout_ms)
{
    http_request_clear(request);
    request->result = -ECANCELED;
    transfer->client = client;
    transfer->received = received_of(client->received, request->url);
    transfer->request = request;
    transfer->started_ms = clock_now_ms();
    transfer->easy = curl_easy_init();
    if (!transfer->easy || !set_direct(transfer->easy) || !set_protocol(transfer->easy) ||
        !set_limits(transfer->easy, timeout_ms) || !set_request(transfer))
        return -ENOMEM;
    return curl_multi_add_handle(client->multi, transfer->easy) == CURLM_OK ? 0 : -ENOMEM;
}

static void transfer_release(struct http_client *client, struct transfer *transfer)
{
    if (!transfer->easy)
        return;
    (void) curl_multi_remove_handle(client->multi, transfer->easy);
    curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->headers);
}

/* Ends the transfers that libcurl is done with. Returns whether one has an answer. */
static bool collect(struct http_client *client)
{
    bool answered = false;
    int queued;
    for (CURLMsg *message; (message = curl_multi_info_read(client->multi, &queued));) {
        struct transfer *transfer = NULL;
        (void) curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        transfer_end(transfer, message->data.result);
        answered |= transfer->request->result == 0;
    }
    return answered;
}

static int drive(struct http_client *client, enum http_until until)
{
    for (int running = 1; running > 0;) {
        client->round++;
        CURLMcode code = curl_multi_perform(client->multi, &running);
        if (code == CURLM_OK && collect(client) && until == HTTP_FIRST)
            return 0;
        if (code == CURLM_OK && running > 0)
            code = curl_multi_poll(client->multi, NULL, 0, POLL_MS_MAX, NULL);
        if (code != CURLM_OK)
            return -ENOMEM;
    }
    return 0;
}

int http_perform(struct http_client *client, struct http_request requests[], size_t count,
    enum http_until until, uint64_t timeout_ms)
{
    struct transfer *transfers = mem_calloc(count, sizeof(*transfers));
    int r = transfers ? 0 : -ENOMEM;
    expect_bodies(client, requests, count);
    for (size_t i = 0; i < count && r == 0; i++)
        r = transfer_start(client, &transfers[i], &requests[i], timeout_ms);
    if (r == 0)
        r = drive(client, until);
    for (size_t i = 0; transfers && i < count; i++)
        transfer_release(client, &transfers[i]);
    mem_free(transfers);
    return r;
}

void http_request_clear(struct http_request *request)
{
    buffer_free(&request->body);
    request->result = 0;
    request->status = 0;
    request->retry_after_ms = 0;
    request->was_silent = false;
    request->date = 0;
    request->took_ms = 0;
}

const char *http_result_text(int result)
{
    static const struct {
        int result;
        const char *text;
    } texts[] = {
        { 0, "answered" },
        { -ETIMEDOUT, "no answer in time" },
        { -EHOSTUNREACH, "host not found or not reachable" },
        { -EPIPE, "the answer was cut off" },
        { -ECONNRESET, "the connection was closed without an answer" },
        { -EMSGSIZE, "the answer is larger than any real one" },
        { -EPROTO, "the answer is not valid HTTP" },
        { -EACCES, "connecting is prohibited on this machine" },
        { -EPERM, "connecting is prohibited on this machine" },
    };
    for (size_t i = 0; i < ELEMENTSOF(texts); i++)
        if (texts[i].result == result)
            return texts[i].text;
    return strerror(-result);
}
