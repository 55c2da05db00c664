/* SPDX-License-Identifier: MIT */
#pragma once

/* One request to AWS on the way that programs of this machine take: through the proxy, with its
 * login. Beside imds/http.c, aws/https.c and lib/url.c the only part that knows libcurl; apart from
 * imds/, which can neither speak TLS nor use a proxy. */

#include <stdbool.h>
#include <stdint.h>

#include "doctor/check.h"
#include "doctor/proxy_answer.h"
#include "lib/cleanup.h"

enum probe_scheme { PROBE_HTTP, PROBE_HTTPS };

enum { PROBE_TEXT_MAX = PROXY_ANSWER_TEXT_MAX };

/* Zero-initialise: {0}. */
struct probe {
    enum probe_scheme scheme;
    char *host;             /* of AWS */
    char *proxy;            /* "http://HOST:PORT", without a login */
    char *proxy_name;       /* "HOST:PORT", for people */
    const char *proxy_host; /* borrowed from the settings; and so are these */
    unsigned int proxy_port;
    const char *user, *password; /* NULL: no login, … */
    bool is_login_unseen;        /* … or one whose password this user cannot read */
    char *ca_file;               /* as this process opens it; NULL: none */

    /* What came of it. */
    int resolved;     /* of the proxy's name, as of lib/resolve.h */
    int result;       /* 0; or a negative errno: -ENOTCONN, no connection in time; -ETIMEDOUT, the
                         proxy was silent; -ECONNRESET, closed without an answer; -EPROTO, no HTTP;
                         -EKEYREJECTED, a certificate that is not trusted; -ECONNABORTED, TLS failed;
                         that of connect(2) */
    bool is_of_proxy; /* with -EKEYREJECTED: the certificate is the proxy's own */
    bool is_unknown;  /* likewise: its authority is not known */
    bool is_by_file;  /* the authority is known by ca_file alone */
    int proxy_status; /* HTTP status that the proxy gave; 200: it lets the request through */
    bool is_of_aws;   /* the answer is AWS's own */
    char schemes[PROBE_TEXT_MAX]; /* of a 407: "Negotiate, NTLM" */
    char reason[PROBE_TEXT_MAX];  /* the proxy's own words, or libcurl's of TLS */
    char subject[PROBE_TEXT_MAX]; /* of the certificate behind the proxy; "": not seen */
    char issuer[PROBE_TEXT_MAX];
    bool has_clock;
    int64_t clock_offset_s; /* by how much the clock of the answer is ahead */
};

/* Chooses the proxy and the host. 1; 0: no proxy is configured for that scheme; or -ENOMEM. The
 * caller frees *ret with probe_free(), also after a failure. */
int probe_prepare(const struct doctor *doctor, enum probe_scheme scheme, struct probe *ret);

/* Makes the request, shortly before `end_ms` of CLOCK_MONOTONIC at the latest. 0 or -ENOMEM. */
int probe_perform(struct probe *probe, uint64_t end_ms);

void probe_free(struct probe *probe);

#define _cleanup_probe_ _cleanup_(probe_free)
