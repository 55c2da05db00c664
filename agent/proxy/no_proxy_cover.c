/* Two lists are compared by what their entries mean: a domain covers the names below it, a block
 * the addresses in it, an entry without a port every port. */

#include "proxy/no_proxy_cover.h"

#include <errno.h>
#include <string.h>

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

static bool cover_has(const struct no_proxy_entry *entry, const struct no_proxy_entries *by)
{
    for (size_t i = 0; i < by->count; i++)
        if (covers(&by->items[i], entry))
            return true;
    return false;
}

int no_proxy_find_uncovered(const char *list, const char *ours, struct strings *ret)
{
    _cleanup_no_proxy_entries_ struct no_proxy_entries theirs = { 0 }, own = { 0 };
    _cleanup_strings_ struct strings refused = { 0 };
    int r = no_proxy_entries_parse(list, NULL, &theirs, &refused, NULL);
    if (r == 0)
        r = no_proxy_entries_parse(ours, NULL, &own, &refused, NULL);
    if (r < 0)
        return r == -EINVAL ? 0 : r;
    for (size_t i = 0; r == 0 && i < theirs.count; i++)
        if (!cover_has(&theirs.items[i], &own))
            r = strings_add_unique(ret, theirs.items[i].text);
    return r;
}
