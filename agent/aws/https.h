/* SPDX-License-Identifier: MIT */
#pragma once

/* One HTTPS request at a time, direct or through a proxy; with imds/http.c and lib/url.c the only
 * part of the agent that knows libcurl. Apart from the former, which can neither speak TLS nor use
 * a proxy.
 *
 * HTTP/1.1 over TLS 1.2 or later, certificates always verified; answers of a limited size, no
 * redirects, no netrc, no cookies, no login for the proxy, no environment variable is looked at,
 * and no name is resolved. After http_init() (imds/http.h). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/answer_headers.h"
#include "lib/buffer.h"
#include "lib/cleanup.h"
#include "lib/strings.h"

enum {
    HTTPS_BODY_SIZE_MAX = 1024 * 1024,
    HTTPS_REASON_MAX = 256,
};

/* The caller fills the first part, https_post() the second; https_request_clear() empties the
 * second. What is pointed to is borrowed until https_post() returns. */
struct https_request {
    const char *authority; /* "HOST", or "HOST:PORT" where the port is not 443; the path is "/" */
    const char *proxy;     /* "http://HOST:PORT" or "https://HOST:PORT"; NULL: direct */
    const char *peer_port; /* of the proxy, else of the host */
    const struct strings *peer_addresses; /* likewise; as of lib/resolve.h; at least one */
    /* A PEM file with CAs that are trusted beside those of the system; NULL: none. A chain of
     * certificates begins in one of the two. */
    const char *ca_file;
    const struct strings *headers; /* "Name: value" */
    const char *body;
    size_t body_size;

    int result;       /* 0: an answer came; else a negative errno, see https_result_text() */
    int status;       /* the HTTP status of the answer, 100 to 999 */
    int proxy_status; /* that of a proxy that did not let the request through; 0: none */
    struct answer_headers answer;
    struct buffer answer_body;
    char reason[HTTPS_REASON_MAX]; /* libcurl's own words for a failure of TLS, one line; "": none.
                                      A peer can have a part in them (lib/printable.h) */
    uint64_t took_ms;
};

/* Sends the request as POST, within timeout_ms (at least 1), and fills in what came of it. 0 or
 * -ENOMEM.
 *
 * Results that are this file's own: -EKEYREJECTED, the certificate of the server, or of the proxy,
 * is not trusted (reason); -ENOKEY, ca_file cannot be read, or without one the system's
 * store; -ECONNABORTED, TLS could not be agreed
 * on (reason); -EREMOTEIO, the proxy did not let the request through (proxy_status);
 * -EPROTONOSUPPORT, this libcurl has no TLS, or none to a proxy; -EMSGSIZE, more than
 * HTTPS_BODY_SIZE_MAX, or endless headers; -EPROTO, no valid HTTP. */
int https_post(struct https_request *request, uint64_t timeout_ms);

/* Whether the libcurl of this program has TLS. */
bool https_is_built_in(void);

void https_request_clear(struct https_request *request);

#define _cleanup_https_request_ _cleanup_(https_request_clear)

/* The words for a result below 0, to follow the name of the host. */
const char *https_result_text(int result);
