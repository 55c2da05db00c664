/* SPDX-License-Identifier: MIT */
/* Asks the model what becomes of the requests that an entry is meant for. */

#include "clients/coverage.h"

#include <errno.h>
#include <string.h>

#include "clients/matcher.h"
#include "clients/samples.h"
#include "lib/buffer.h"
#include "lib/memory.h"

enum { CLIENTS_NAMED = 6, ENTRIES_NAMED = 8 };

/* The requests that show what an entry is to cover. A host that no URL can name has none. */
struct samples {
    struct request *items;
    size_t count;
    bool is_complete;
};

static void samples_free(struct samples *samples)
{
    for (size_t i = 0; i < samples->count; i++)
        request_free(&samples->items[i]);
    mem_free(samples->items);
}

#define _cleanup_samples_ _cleanup_(samples_free)

static int make_samples(const struct no_proxy_entry *entry, struct samples *ret)
{
    _cleanup_strings_ struct strings urls = { 0 };
    if (samples_of_entry(entry, &urls) < 0)
        return -ENOMEM;
    ret->items = mem_calloc(urls.count + 1, sizeof(*ret->items));
    if (!ret->items)
        return -ENOMEM;
    for (size_t i = 0; i < urls.count; i++) {
        const char *reason = NULL;
        int r = request_parse(urls.items[i], &ret->items[ret->count], &reason);
        if (r == -ENOMEM)
            return r;
        ret->count += r == 0;
    }
    ret->is_complete = ret->count == urls.count;
    return 0;
}

/* Whether every request goes direct. To a host that no URL can name none does. */
static bool honours(const struct client *client, const char *list, const struct samples *samples)
{
    for (size_t i = 0; i < samples->count; i++)
        if (matcher_route(client, list, &samples->items[i]).route != ROUTE_DIRECT)
            return false;
    return samples->is_complete;
}

/* Appends the clients that still send such requests to the proxy; the best known ones first. */
static int find_clients(const char *list, const struct samples *samples, struct strings *names)
{
    int r = 0;
    for (int named = 1; named >= 0; named--)
        for (size_t i = 0; r == 0 && i < clients_count; i++) {
            const struct client *client = &clients_table[i];
            bool is_now = (client->name != NULL) == (named == 1);
            if (is_now && !(client->defects & DEFECT_LAST_ONLY) && !honours(client, list, samples))
                r = strings_append(names, client->name ? client->name : client->id);
        }
    return r;
}

/* "the AWS CLI, wget and 12 other clients" */
static char *describe(const struct strings *names)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    size_t named = names->count > CLIENTS_NAMED + 1 ? CLIENTS_NAMED : names->count;
    int r = 0;
    for (size_t i = 0; r == 0 && i < named; i++)
        r = buffer_printf(&text, "%s%s", i > 0 ? ", " : "", names->items[i]);
    if (r < 0)
        return NULL;
    if (named < names->count &&
        buffer_printf(&text, " and %zu other clients", names->count - named) < 0)
        return NULL;
    return buffer_take(&text);
}

/* How entries are told. */
struct wording {
    const char *subject; /* in front of the entries */
    const char *remedy;  /* NULL: by the kind of the entry */
};

static const char *remedy_of(const struct no_proxy_entry *entry)
{
    if (entry->port > 0)
        return "write it without the port";
    switch (entry->kind) {
    case NO_PROXY_EVERYTHING:
        return "to use no proxy at all, leave proxy.http and proxy.https out";
    case NO_PROXY_ADDRESS:
        return entry->address.is_block ? "add the names by which the hosts there are reached, too"
                                       : "reach the host by a name, and add that";
    case NO_PROXY_HOST:
    case NO_PROXY_DOMAIN:
    case NO_PROXY_SUBDOMAINS:
        break;
    }
    return "use a shorter name";
}

/* Appends what becomes of an entry in all its forms: who does not honour it, and what helps; ""
 * where all do. */
static int append_fate(const struct no_proxy_entry *entry, bool brackets,
    const struct wording *wording, struct strings *fates)
{
    _cleanup_strings_ struct strings forms = { 0 }, names = { 0 };
    _cleanup_samples_ struct samples samples = { 0 };
    if (no_proxy_entry_write(entry, brackets, &forms) < 0 || make_samples(entry, &samples) < 0)
        return -ENOMEM;
    _cleanup_mem_ char *list = strings_join(&forms, ",");
    if (!list || find_clients(list, &samples, &names) < 0)
        return -ENOMEM;
    if (names.count == 0)
        return strings_append(fates, "");
    _cleanup_mem_ char *text = describe(&names);
    return text ? strings_printf(fates,
                      "%s will still use the proxy%s (ec2-bootstrap explain shows which): %s", text,
                      entry->kind == NO_PROXY_EVERYTHING ? "" : " there",
                      wording->remedy ? wording->remedy : remedy_of(entry))
                : -ENOMEM;
}

/* One line for all entries that have the same fate; it stands where the first of them does. */
static int tell_group(const struct no_proxy_selection *meant, const struct strings *fates,
    size_t first, const char *subject, struct strings *lines)
{
    _cleanup_buffer_ struct buffer entries = { 0 };
    size_t count = 0;
    for (size_t i = 0; i < first; i++)
        if (strcmp(fates->items[i], fates->items[first]) == 0)
            return 0;
    for (size_t i = first; i < meant->count; i++) {
        bool is_member = strcmp(fates->items[i], fates->items[first]) == 0;
        if (is_member && count++ < ENTRIES_NAMED &&
            buffer_printf(&entries, "%s%s", count > 1 ? ", " : "", meant->items[i]->text) < 0)
            return -ENOMEM;
    }
    if (count > ENTRIES_NAMED &&
        buffer_printf(&entries, " and %zu more", count - ENTRIES_NAMED) < 0)
        return -ENOMEM;
    return strings_printf(lines, "%s %s: %s", subject, entries.data, fates->items[first]);
}

static int coverage_tell(const struct no_proxy_selection *meant, bool brackets,
    const struct wording *wording, struct strings *lines)
{
    _cleanup_strings_ struct strings fates = { 0 };
    int r = 0;
    for (size_t i = 0; r == 0 && i < meant->count; i++)
        r = append_fate(meant->items[i], brackets, wording, &fates);
    for (size_t i = 0; r == 0 && i < meant->count; i++)
        if (*fates.items[i])
            r = tell_group(meant, &fates, i, wording->subject, lines);
    return r;
}

int coverage_warn(const struct no_proxy_selection *meant, bool brackets, struct strings *warnings)
{
    static const struct wording wording = { .subject = "no_proxy entry" };
    return coverage_tell(meant, brackets, &wording, warnings);
}

int coverage_note_vpc(const struct no_proxy_selection *blocks, struct strings *notes)
{
    static const struct wording wording = {
        .subject = "the VPC's blocks",
        .remedy = "reach the VPC's hosts by their private DNS names, which every client exempts",
    };
    return coverage_tell(blocks, false, &wording, notes);
}
