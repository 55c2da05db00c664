#pragma once

/* One entry of a NO_PROXY list, as people write it and as clients understand it. */

#include "lib/address.h"
#include "lib/error.h"
#include "lib/strings.h"

enum no_proxy_kind {
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

/* Zero-initialise: {0}. */
struct no_proxy_entries {
    struct no_proxy_entry *items;
    size_t count;
};

/* Appends the parts of a pasted list: separated by commas, semicolons or blanks of any kind, the
 * no-break space among them; empty ones are left out. 0 or -ENOMEM. */
int no_proxy_entries_split(const char *list, struct strings *ret);

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

/* Appends an entry, which it takes over, also on failure. 0 or -ENOMEM, with the
 * list as before. */
int no_proxy_entries_append(struct no_proxy_entries *list, struct no_proxy_entry *entry);

/* Splits a pasted list, reads each entry, and appends it with its origin (NULL: not known). What is
 * no entry costs only itself: the words of its error are appended to `refused`. 0; -EINVAL and an
 * error (EX_CONFIG), with nothing appended, when the list has a control character that separates
 * nothing; or -ENOMEM and an error. */
int no_proxy_entries_parse(const char *text, const char *origin, struct no_proxy_entries *list,
    struct strings *refused, struct error *err);

void no_proxy_entries_free(struct no_proxy_entries *list);

#define _cleanup_no_proxy_entry_   _cleanup_(no_proxy_entry_free)
#define _cleanup_no_proxy_entries_ _cleanup_(no_proxy_entries_free)
