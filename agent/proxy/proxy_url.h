/* SPDX-License-Identifier: MIT */
#pragma once

/* The URL of a proxy: read leniently, written in one canonical form that every client understands.
 */

#include <stdbool.h>

#include "lib/error.h"
#include "lib/strings.h"

struct proxy_url {
    char *text;     /* as it was written, with its login */
    char *origin;   /* where it was written, for messages: "FILE:LINE"; NULL: not known */
    char *scheme;   /* "http" or "https" */
    char *user;     /* decoded; NULL without a login */
    char *password; /* decoded; NULL without one */
    char *host;     /* lower case; an IPv6 address without brackets */
    unsigned int port;
    bool has_port; /* the URL names it */
};

/* Reads "[http://][user[:password]@]host[:port][/]". Refused, with -EINVAL and an error with
 * EX_CONFIG that shows the URL without its password: another scheme (SOCKS), a path, a query, a
 * fragment, a control character or a blank, port 0, a host that is neither a DNS name nor an
 * address, and a login of the form DOMAIN\user, which belongs to NTLM. The caller frees *ret with
 * proxy_url_free(). */
int proxy_url_parse(const char *text, struct proxy_url *ret, struct error *err);

/* Whether a host is a name that nobody has put the real one into, such as VPC_CIDR_RANGE: it has an
 * underscore and no dot. */
bool proxy_host_is_placeholder(const char *host);

/* Appends what a person should know of the URL: a port that is not named, a scheme that some
 * clients do not speak to a proxy, a placeholder. 0 or -ENOMEM. */
int proxy_url_warn(const struct proxy_url *url, struct strings *warnings);

/* Checks a login that does not come from the URL, by the same rules. 0 or -EINVAL with an
 * error (EX_CONFIG). */
int proxy_url_check_user(const char *user, struct error *err);

/* "scheme://[user[:password]@]host:port"; in the login all but letters, digits and "-._~" is
 * percent-encoded. The caller frees it with mem_free(). NULL when memory is short. */
char *proxy_url_format(const struct proxy_url *url);

void proxy_url_free(struct proxy_url *url);

#define _cleanup_proxy_url_ _cleanup_(proxy_url_free)
