/* SPDX-License-Identifier: MIT */
#pragma once

/* URLs taken apart by libcurl's URL API. */

#include "lib/buffer.h"
#include "lib/strings.h"

/* The parts of a URL, decoded; NULL where a part is not there. */
struct url {
    char *scheme; /* lower case */
    char *user;
    char *password;
    char *host; /* lower case; an IPv6 address without its brackets */
    char *port; /* decimal, 1 to 65535 */
    char *path; /* "/" at least */
    char *query;
    char *fragment;
};

/* Parses a URL that has a scheme. On failure returns -EINVAL (or -ENOMEM), sets in *ret_reason what
 * is wrong (a static string that quotes nothing), and leaves *ret as it was. The caller frees *ret
 * with url_free(). The host is a DNS name of letters, digits, '-', '_' and '.', an IPv4 or an IPv6
 * address; anything else is refused, and so are control characters and blanks anywhere. */
int url_parse(const char *text, struct url *ret, const char **ret_reason);

/* Appends a text percent-encoded except the unreserved characters (RFC 3986, section 2.3), which
 * alone mean themselves to every client and file format. 0 or -ENOMEM. */
int url_append_escaped(struct buffer *ret, const char *text);

/* Appends a host as it stands in a URL: an IPv6 address in brackets. 0 or -ENOMEM. */
int url_append_host(struct buffer *ret, const char *host);

void url_free(struct url *url);

#define _cleanup_url_ _cleanup_(url_free)

/* Appends the addresses of every host with this port, as CURLOPT_RESOLVE takes them, so that
 * libcurl resolves no name. Text, IPv6 without brackets, as of lib/resolve.h. 0 or -ENOMEM. */
int url_append_addresses(const char *port, const struct strings *addresses, struct buffer *ret);
