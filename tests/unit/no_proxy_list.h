/* SPDX-License-Identifier: MIT */
#pragma once

/* A row is what the list is made of, and the whole list, byte for byte. */

#include <string.h>

#include "check.h"
#include "clients/coverage.h"
#include "lib/memory.h"
#include "proxy/no_proxy.h"

#define ALWAYS                                                                                     \
    "localhost,127.0.0.1,169.254.169.254,169.254.170.2,169.254.170.23,fd00:ec2::254,fd00:ec2::23"
#define BRACKETS                                                                                   \
    "localhost,127.0.0.1,169.254.169.254,169.254.170.2,169.254.170.23,fd00:ec2::254,"              \
    "[fd00:ec2::254],fd00:ec2::23,[fd00:ec2::23]"
#define BRACKETS_WARNING                                                                           \
    "no_proxy has IPv6 addresses in brackets, for clients that read no other form: Python's "      \
    "httpx 0.24 and later then refuses to start: where it runs, set no_proxy.ipv6_brackets to "    \
    "\"never\" and write IPv6 addresses without brackets"
#define BLOCK_WARNING(entry)                                                                       \
    "no_proxy entry \"" entry "\": with an IPv6 block in the list Python's httpx 0.24 and later "  \
    "refuses to start: take it out where that runs"
#define PLACEHOLDER(entry)                                                                         \
    "no_proxy entry \"" entry "\" looks like a placeholder, and is taken for a host's name: put "  \
    "the real name, address or block in its place"

/* Lists in a row are written with blanks between their items. */
struct row {
    const char *row;
    const char *region, *domain, *cidrs, *left_out, *services, *add, *proxies;
    bool vpc, brackets;
    const char *expected; /* the list, or the error */
    const char *warnings; /* one a line */
    int result;
};

static inline void fill(struct strings *list, const char *items)
{
    for (const char *p = items ? items : ""; *p; p += strspn(p, " ")) {
        size_t length = strcspn(p, " ");
        check_number("append", strings_append_n(list, p, length), 0);
        p += length;
    }
}

/* The warnings, one a line. Which clients do not honour an entry is the business of the table of
 * the clients, so that what it says is left out: "unheard ENTRY, ENTRY". */
static inline char *join_warnings(const struct strings *warnings)
{
    static const char start[] = "no_proxy entry ";
    _cleanup_strings_ struct strings lines = { 0 };
    for (size_t i = 0; i < warnings->count; i++) {
        const char *text = warnings->items[i], *colon = strstr(text, ": ");
        bool unheard = colon && strstr(colon, " will still use the proxy") &&
                       strstr(colon, " (ec2-bootstrap explain shows which)");
        if (unheard) {
            check_that(text, strncmp(text, start, strlen(start)) == 0);
            text += strlen(start);
            check_number(
                "append", strings_printf(&lines, "unheard %.*s", (int) (colon - text), text), 0);
        } else
            check_number("append", strings_append(&lines, text), 0);
    }
    return strings_join(&lines, "\n");
}

/* The blocks of a VPC, as IMDS names them. */
static inline void fill_blocks(struct no_proxy_entries *blocks, const char *items)
{
    _cleanup_strings_ struct strings texts = { 0 };
    fill(&texts, items);
    for (size_t i = 0; i < texts.count; i++) {
        struct address address;
        struct no_proxy_entry entry = { 0 };
        check_number(texts.items[i], address_parse(texts.items[i], &address), 0);
        check_number(texts.items[i], no_proxy_entry_of_address(&address, &entry), 0);
        check_number(texts.items[i], no_proxy_entries_append(blocks, &entry), 0);
    }
}

static inline void check_row(const struct row *row)
{
    _cleanup_strings_ struct strings services = { 0 }, proxies = { 0 }, warnings = { 0 };
    _cleanup_no_proxy_entries_ struct no_proxy_entries blocks = { 0 }, left_out = { 0 },
                                                       add = { 0 };
    _cleanup_no_proxy_meant_ struct no_proxy_meant meant = { 0 };
    struct error err = { 0 };
    fill_blocks(&blocks, row->cidrs);
    fill_blocks(&left_out, row->left_out);
    fill(&services, row->services);
    fill(&proxies, row->proxies);
    const struct no_proxy_parts parts = {
        .vpc = row->vpc ? &blocks : NULL,
        .vpc_ipv6_left_out = &left_out,
        .region = row->region,
        .domain = row->domain,
        .services = row->services ? &services : NULL,
        .add = row->add ? &add : NULL,
        .brackets = row->brackets,
        .proxies = row->proxies ? &proxies : NULL,
    };
    _cleanup_mem_ char *list = NULL;
    _cleanup_few_ struct few refused = { 0 };
    if (row->add)
        check_number(row->row, no_proxy_entries_parse(row->add, NULL, &add, &refused, NULL), 0);
    check_number(row->row, few_tell(&refused, "", &warnings), 0);
    int r = no_proxy_build(&parts, &warnings, &meant, &list, &err);
    if (r == 0)
        check_number(row->row, coverage_warn(&meant.add, row->brackets, &warnings), 0);
    check_text(row->row, r < 0 ? err.text : list, row->expected);
    check_number(row->row, r, row->result);
    check_number(row->row, err.status, r < 0 ? EX_CONFIG : 0);
    check_that(row->row, (r < 0) == (list == NULL));
    _cleanup_mem_ char *joined = join_warnings(&warnings);
    if (r == 0)
        check_text(row->row, joined, row->warnings ? row->warnings : "");
}
