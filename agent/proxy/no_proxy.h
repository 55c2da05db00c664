/* SPDX-License-Identifier: MIT */
#pragma once

/* The NO_PROXY list: what must never go through the proxy, in the forms that every client reads. */

#include <stdbool.h>

#include "lib/error.h"
#include "lib/strings.h"
#include "proxy/no_proxy_entries.h"

enum {
    /* Linux-PAM before 1.4 silently cuts a line of /etc/environment at this many bytes. */
    NO_PROXY_LINE_CUT = 1023,
    /* Linux-PAM 1.4.0 to 1.5.3 silently gives up reading at a longer line. */
    NO_PROXY_LINE_MAX = 8190,
};

/* All borrowed; NULL or empty where there is none. */
struct no_proxy_parts {
    const struct no_proxy_entries
        *vpc; /* exempt the VPC: its private DNS suffix, and these blocks */
    const struct no_proxy_entries
        *vpc_ipv6_left_out; /* the VPC's blocks that are not to be written: warned about */
    const struct no_proxy_entries *presets; /* what clusters need */
    const char *region;                     /* needed for the suffix and the services */
    const char *domain;                     /* needed for the services: amazonaws.com */
    const struct strings *services; /* s3, ec2: exempt their hosts, see proxy/aws_services.h */
    const struct no_proxy_entries *add;
    bool is_partial;               /* what is not known has been said: no warning of it */
    bool brackets;                 /* IPv6 addresses also as "[v6]" */
    const struct strings *proxies; /* the proxies' own hosts, as in struct proxy_url */
    struct strings *line_warnings; /* gets those of the list as a whole; NULL: with the others */
};

/* Entries of other lists, borrowed. Zero-initialise: {0}. */
struct no_proxy_selection {
    const struct no_proxy_entry **items;
    size_t count;
};

/* The entries of a list that are not always in it. Zero-initialise: {0}. */
struct no_proxy_meant {
    struct no_proxy_selection vpc, presets, add;
};

/* Whether every list has the host: the loopback, the metadata service, and the credentials
 * endpoints of ECS and EKS. As in struct proxy_url. */
bool no_proxy_is_always(const char *host);

/* Refuses what no_proxy_build() would refuse whatever is known of the instance, by `add`, `proxies`
 * and `brackets` alone: a star beside other entries, and entries that are too long in all. 0; or a
 * negative errno and an error, as no_proxy_build(). */
int no_proxy_check(const struct no_proxy_parts *parts, struct error *err);

/* Builds the list, in its canonical order and without duplicates; "*" alone stays alone. An entry
 * of the VPC, of presets or of `add` that is a proxy itself is left out. Appends warnings that a
 * person should see; and to `meant` what somebody had in mind for this list, each entry once. 0 and
 * *ret, which the caller frees with mem_free(); -EINVAL and an error with EX_CONFIG that names the
 * entry; -E2BIG and an error when the line would be longer than NO_PROXY_LINE_MAX; or -ENOMEM. The
 * caller frees *meant, also after a failure, with no_proxy_meant_free(). */
int no_proxy_build(const struct no_proxy_parts *parts, struct strings *warnings,
    struct no_proxy_meant *meant, char **ret, struct error *err);

void no_proxy_meant_free(struct no_proxy_meant *meant);

#define _cleanup_no_proxy_meant_ _cleanup_(no_proxy_meant_free)
