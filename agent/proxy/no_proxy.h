#pragma once

/* The NO_PROXY list: what must never go through the proxy, in the forms that every client reads. */

#include <stdbool.h>

#include "lib/error.h"
#include "lib/strings.h"

enum {
    /* Linux-PAM before 1.4 silently cuts a line of /etc/environment at this many bytes. */
    NO_PROXY_LINE_CUT = 1023,
    /* Linux-PAM 1.4.0 to 1.5.3 silently gives up reading at a longer line. */
    NO_PROXY_LINE_MAX = 8190,
};

/* All borrowed; NULL or empty where there is none. */
struct no_proxy_parts {
    bool vpc;                        /* exempt the VPC: its private DNS suffix and its blocks */
    const char *region;              /* needed for the suffix and the services */
    const char *domain;              /* needed for the services: amazonaws.com */
    const struct strings *vpc_cidrs; /* IPv4 blocks */
    const struct strings *services;  /* s3, ec2: exempt SERVICE.REGION.DOMAIN */
    const struct strings *add;       /* lists as people write them */
    bool brackets;                   /* IPv6 addresses also as "[v6]" */
    const struct strings *proxies;   /* the proxies' own hosts, as in struct proxy_url */
};

/* Builds the list, in its canonical order and without duplicates; "*" alone stays alone. An entry
 * of the VPC or of `add` that is a proxy itself is left out. Appends warnings that a person should
 * see; and to `meant` the entries of the VPC and of `add` that are in the list, each as it was
 * written. 0 and *ret, which the caller frees with mem_free(); -EINVAL and an error with
 * EX_CONFIG that names the entry; -E2BIG and an error when the line would be longer than
 * NO_PROXY_LINE_MAX; or -ENOMEM. */
int no_proxy_build(const struct no_proxy_parts *parts, struct strings *warnings,
    struct strings *meant, char **ret, struct error *err);
