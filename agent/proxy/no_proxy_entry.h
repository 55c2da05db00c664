/* SPDX-License-Identifier: MIT */
#pragma once

/* One entry of a NO_PROXY list, as people write it and as clients understand it. */

#include "lib/address.h"
#include "lib/error.h"
#include "lib/strings.h"

enum no_proxy_kind {
    NO_PROXY_HOST,       /* a name alone: never read, as people mean what is below it, too */
    NO_PROXY_DOMAIN,     /* a name and all names below it */
    NO_PROXY_SUBDOMAINS, /* all names below it */
    NO_PROXY_ADDRESS,    /* an address, or a block of addresses */
    NO_PROXY_EVERYTHING, /* "*" */
};

struct no_proxy_entry {
    char *text;   /* as it was written */
    char *origin; /* where it was written, for messages: "FILE:LINE"; NULL: not known */
    enum no_proxy_kind kind;
    char *name; /* of the first two kinds: lower case, without dots in front or behind */
    struct address address;
    char *spelling;    /* of an IPv6 address, where it is not the canonical one; else NULL */
    bool has_brackets; /* likewise, it was written as "[v6]" */
    unsigned int port; /* 0: any */
};

/* Reads one entry: a name, ".name", "*.name", an address, a block, each in any letter case, with
 * "http://" in front and a slash behind, with a port, an IPv6 address with brackets or without.
 * Refused, with -EINVAL and an error (EX_CONFIG) that says what to write instead: other wildcards,
 * a dot before an address, a block in a URL, names that are none. The caller frees *ret with
 * no_proxy_entry_free(). */
int no_proxy_entry_parse(const char *text, struct no_proxy_entry *ret, struct error *err);
void no_proxy_entry_free(struct no_proxy_entry *entry);

/* Makes the entry of an address or a block. 0 and *ret, or -ENOMEM. */
int no_proxy_entry_of_address(const struct address *address, struct no_proxy_entry *ret);

/* Whether the entry is this one host, as URLs name it without brackets in lower case: the name with
 * the names below it or these alone, or the single address; with any port. A wider entry that
 * covers the host is not. */
bool no_proxy_entry_is_host(const struct no_proxy_entry *entry, const char *host);

/* Appends the forms that together reach every client, those that are there already left out. An
 * IPv6 address, which most clients compare as text, also as it was written; with `brackets`, or if
 * it was written so, also as "[v6]". 0 or -ENOMEM. */
int no_proxy_entry_write(const struct no_proxy_entry *entry, bool brackets, struct strings *list);

#define _cleanup_no_proxy_entry_ _cleanup_(no_proxy_entry_free)
