/* SPDX-License-Identifier: MIT */
/* libcurl and what is made of an answer: status, headers and body, byte for byte as a peer sends
 * them. The other end of each connection is a socketpair, so there is no network. The input is the
 * answers to two requests, with a line "%%" between them. */

#include <curl/curl.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "imds/http.h"
#include "imds/meaning.h"

enum { BODY_MAX = 100, ANSWERS = 2 };

/* Of the request that is under way. */
static struct buffer answer;
static int peers[8];
static size_t peer_count;

CURLMcode __wrap_curl_multi_add_handle(CURLM *multi, CURL *easy);
CURLMcode __real_curl_multi_add_handle(CURLM *multi, CURL *easy);

static curl_socket_t open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void) data;
    (void) purpose;
    (void) address;
    int ends[2];
    if (peer_count == sizeof(peers) / sizeof(*peers) ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
        return CURL_SOCKET_BAD;
    bool sent = answer.size == 0 ||
                send(ends[1], answer.data, answer.size, MSG_NOSIGNAL) == (ssize_t) answer.size;
    FUZZ_CHECK(sent && shutdown(ends[1], SHUT_WR) == 0);
    peers[peer_count++] = ends[1];
    return ends[0];
}

/* libcurl's, too. Not every version heeds CURL_SOCKOPT_ALREADY_CONNECTED. */
int connect(int fd, const struct sockaddr *address, socklen_t size)
{
    (void) fd;
    (void) address;
    (void) size;
    return 0;
}

CURLMcode __wrap_curl_multi_add_handle(CURLM *multi, CURL *easy)
{
    FUZZ_CHECK(curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK);
    return __real_curl_multi_add_handle(multi, easy);
}

static void check_request(const struct http_request *request)
{
    FUZZ_CHECK(request->result <= 0 && request->result != -ECANCELED);
    FUZZ_CHECK(request->body.size <= BODY_MAX);
    FUZZ_CHECK(*http_result_text(request->result));
    FUZZ_CHECK(request->retry_after_ms < 86400000);
    if (request->result < 0) {
        (void) imds_meaning_of_failure(request->result);
        return;
    }
    FUZZ_CHECK(request->status >= 100 && request->status <= 999);
    /* What the peer did not send is not there. */
    FUZZ_CHECK(request->body.size <= answer.size);
    struct imds_meaning meaning = imds_meaning_of_status(request->status);
    FUZZ_CHECK(meaning.action == IMDS_VALUE || meaning.exit_status > 0);
    FUZZ_CHECK(meaning.action != IMDS_VALUE || request->status == 200);
}

/* Sends one request, and has its answer. */
static void ask(struct http_client *client, const char *method, struct http_request *ret)
{
    *ret = (struct http_request){ .method = method,
        .url = "http://127.0.0.1:9/latest/meta-data/",
        .header = "X-aws-ec2-metadata-token: TOKEN",
        .body_max = BODY_MAX };
    FUZZ_CHECK(http_perform(client, ret, 1, HTTP_ALL, 2000) == 0);
}

static void hang_up(void)
{
    while (peer_count > 0)
        (void) close(peers[--peer_count]);
}

/* An answer is read: else no input is tried. */
static void check_peer(struct http_client *client)
{
    struct http_request request;
    FUZZ_CHECK(buffer_append_text(&answer, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") == 0);
    ask(client, "GET", &request);
    FUZZ_CHECK(
        request.result == 0 && request.status == 200 && strcmp(request.body.data, "hi") == 0);
    http_request_clear(&request);
    buffer_free(&answer);
    hang_up();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool is_checked;
    struct fuzz_input input = fuzz_input_of(data, size);
    struct http_client *client = NULL;
    FUZZ_CHECK(http_client_new(&client) == 0);
    if (!is_checked)
        check_peer(client);
    is_checked = true;
    for (size_t i = 0; i < ANSWERS && input.left > 0; i++) {
        struct http_request request;
        answer = fuzz_part(&input);
        ask(client, i == 0 ? "PUT" : "GET", &request);
        check_request(&request);
        http_request_clear(&request);
        buffer_free(&answer);
    }
    http_client_free(client);
    hang_up();
    return 0;
}
