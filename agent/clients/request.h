/* SPDX-License-Identifier: MIT */
#pragma once

/* What a request is for: the parts of its URL that decide whether it goes through the proxy. */

#include <stdbool.h>

#include "lib/address.h"

struct request {
    char *scheme;          /* "http" or "https" */
    char *host;            /* lower case, as written; an IPv6 address without brackets */
    char *host_as_written; /* likewise, in the URL's letter case */
    unsigned int port;
    bool port_given;       /* the URL names it */
    char *port_as_written; /* digits, or none behind a colon; NULL: there is no colon */
    bool has_login;

    bool is_address; /* the host is one; with only digits and dots or colons, as written */
    struct address address;

    bool is_short;     /* address is an IPv4 one, written in another form of inet_aton(3) */
    bool is_short_dot; /* likewise, or in the usual one, with a dot at its end */

    bool is_resolved; /* what the name resolves to is known, for clients that look */
    struct address resolved;
};

/* Takes a URL apart. 0 and *ret, which the caller frees with request_free(); -EINVAL and a reason
 * that quotes nothing; or -ENOMEM. */
int request_parse(const char *url, struct request *ret, const char **ret_reason);

void request_free(struct request *request);

/* The port that the URL's scheme stands for. */
unsigned int request_default_port(const struct request *request);

#define _cleanup_request_ _cleanup_(request_free)
