/* SPDX-License-Identifier: MIT */
/* Two lists are compared by what their entries mean: a domain covers the names below it, a block
 * the addresses in it, an entry without a port every port. */

#include "proxy/no_proxy_cover.h"

#include <errno.h>
#include <string.h>

#include "lib/hash_index.h"
#include "lib/memory.h"
#include "proxy/no_proxy_entries.h"

/* Whether a name is the domain, or below it. */
static bool is_within(const char *name, const char *domain)
{
    size_t length = strlen(name), end = strlen(domain);
    if (length < end || strcmp(name + length - end, domain) != 0)
        return false;
    return length == end || name[length - end - 1] == '.';
}

static bool covers_name(const struct no_proxy_entry *wide, const struct no_proxy_entry *entry)
{
    if (wide->kind != NO_PROXY_DOMAIN && wide->kind != NO_PROXY_SUBDOMAINS)
        return false;
    bool is_same = strcmp(wide->name, entry->name) == 0;
    bool reaches = wide->kind == NO_PROXY_DOMAIN || entry->kind == NO_PROXY_SUBDOMAINS || !is_same;
    return reaches && is_within(entry->name, wide->name);
}

static bool covers(const struct no_proxy_entry *wide, const struct no_proxy_entry *entry)
{
    if (wide->kind == NO_PROXY_EVERYTHING)
        return true;
    if (wide->port > 0 && wide->port != entry->port)
        return false;
    switch (entry->kind) {
    case NO_PROXY_EVERYTHING:
        return false;
    case NO_PROXY_HOST:
    case NO_PROXY_DOMAIN:
    case NO_PROXY_SUBDOMAINS:
        return covers_name(wide, entry);
    case NO_PROXY_ADDRESS:
        return wide->kind == NO_PROXY_ADDRESS && address_contains(&wide->address, &entry->address);
    }
    return false;
}

/* The entries of a list, found by what they cover: the name or the block, and the port. */
struct cover {
    const struct no_proxy_entries *by;
    struct hash_index index;
    bool everything;
    bool prefixes[129]; /* of the blocks and addresses: how many bits they have */
};

static uint64_t hash_name(const char *name, unsigned int port)
{
    return hash_bytes(name, strlen(name)) + port;
}

/* Of the first bits of an address. */
static uint64_t hash_block(const struct address *address, unsigned int prefix, unsigned int port)
{
    struct address block = *address;
    block.prefix = prefix;
    address_clear_host_bits(&block);
    return hash_bytes(block.bytes, sizeof(block.bytes)) + port + ((uint64_t) prefix << 32);
}

/* 0 or -ENOMEM. */
static int cover_add(struct cover *cover, size_t position)
{
    const struct no_proxy_entry *entry = &cover->by->items[position];
    if (entry->kind == NO_PROXY_EVERYTHING) {
        cover->everything = true;
        return 0;
    }
    if (entry->kind != NO_PROXY_ADDRESS)
        return hash_index_add(&cover->index, hash_name(entry->name, entry->port), position);
    cover->prefixes[entry->address.prefix] = true;
    return hash_index_add(
        &cover->index, hash_block(&entry->address, entry->address.prefix, entry->port), position);
}

/* Whether an entry under that hash covers this one. */
static bool cover_finds(
    const struct cover *cover, uint64_t hash, const struct no_proxy_entry *entry)
{
    for (size_t slot = HASH_BEGIN, i; hash_index_next(&cover->index, hash, &slot, &i);)
        if (covers(&cover->by->items[i], entry))
            return true;
    return false;
}

static bool cover_has_name(
    const struct cover *cover, const struct no_proxy_entry *entry, unsigned int port)
{
    for (const char *dot, *name = entry->name; name; name = dot ? dot + 1 : NULL) {
        if (cover_finds(cover, hash_name(name, port), entry))
            return true;
        dot = strchr(name, '.');
    }
    return false;
}

static bool cover_has_address(
    const struct cover *cover, const struct no_proxy_entry *entry, unsigned int port)
{
    for (unsigned int prefix = 0; prefix <= entry->address.prefix; prefix++)
        if (cover->prefixes[prefix] &&
            cover_finds(cover, hash_block(&entry->address, prefix, port), entry))
            return true;
    return false;
}

static bool cover_has(const struct cover *cover, const struct no_proxy_entry *entry)
{
    if (cover->everything || entry->kind == NO_PROXY_EVERYTHING)
        return cover->everything;
    bool (*has)(const struct cover *, const struct no_proxy_entry *, unsigned int) =
        entry->kind == NO_PROXY_ADDRESS ? cover_has_address : cover_has_name;
    return has(cover, entry, 0) || (entry->port > 0 && has(cover, entry, entry->port));
}

int no_proxy_find_uncovered(const char *list, const char *ours, struct strings *ret)
{
    _cleanup_no_proxy_entries_ struct no_proxy_entries theirs = { 0 }, own = { 0 };
    _cleanup_few_ struct few refused = { 0 };
    struct cover cover = { .by = &own };
    int r = no_proxy_entries_parse(list, NULL, &theirs, &refused, NULL);
    if (r == 0 || r == -E2BIG) /* the first of them are there */
        r = no_proxy_entries_parse(ours, NULL, &own, &refused, NULL);
    if (r < 0)
        return r == -EINVAL ? 0 : r;
    /* Not the same one many times: all of them have one place in the index. */
    for (size_t i = 0; r == 0 && i < own.count; i++)
        r = cover_has(&cover, &own.items[i]) ? 0 : cover_add(&cover, i);
    for (size_t i = 0; r == 0 && i < theirs.count; i++)
        if (!cover_has(&cover, &theirs.items[i]))
            r = strings_add_unique(ret, theirs.items[i].text);
    hash_index_free(&cover.index);
    return r;
}
