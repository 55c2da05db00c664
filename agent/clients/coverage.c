/* Asks the model what becomes of the requests that an entry is meant for. */

#include "clients/coverage.h"

#include <errno.h>
#include <string.h>

#include "clients/matcher.h"
#include "clients/samples.h"
#include "lib/buffer.h"
#include "lib/memory.h"

enum { CLIENTS_NAMED = 6, ENTRIES_NAMED = 8 };

/* Whether every request goes direct. To a host that no URL can name none does. */
static bool honours(const struct client *client, const char *list, const struct strings *urls)
{
    for (size_t i = 0; i < urls->count; i++) {
        _cleanup_request_ struct request request = { 0 };
        const char *reason = NULL;
        if (request_parse(urls->items[i], &request, &reason) < 0 ||
            matcher_route(client, list, &request).route != ROUTE_DIRECT)
            return false;
    }
    return true;
}

/* Appends the clients that send such requests to the proxy all the same; the best known ones first.
 */
static int find_clients(const char *list, const struct strings *urls, struct strings *names)
{
    int r = 0;
    for (int named = 1; named >= 0; named--)
        for (size_t i = 0; r == 0 && i < clients_count; i++) {
            const struct client *client = &clients_table[i];
            bool is_now = (client->name != NULL) == (named == 1);
            if (is_now && !(client->defects & DEFECT_LAST_ONLY) && !honours(client, list, urls))
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
    if (r == 0 && named < names->count)
        r = buffer_printf(&text, " and %zu other clients", names->count - named);
    return r < 0 ? NULL : buffer_take(&text);
}

/* Who does not honour an entry in all its forms. *ret is to be freed with mem_free(). */
static int find_for_entry(const struct no_proxy_entry *entry, bool brackets, char **ret)
{
    _cleanup_strings_ struct strings forms = { 0 }, urls = { 0 }, names = { 0 };
    if (no_proxy_entry_write(entry, brackets, &forms) < 0 || sample_urls(entry, &urls) < 0)
        return -ENOMEM;
    _cleanup_mem_ char *list = strings_join(&forms, ",");
    if (!list || find_clients(list, &urls, &names) < 0)
        return -ENOMEM;
    *ret = describe(&names);
    return *ret ? 0 : -ENOMEM;
}

/* What each entry's clients are, "" where all honour it. */
static int find_all(const struct strings *meant, bool brackets, struct strings *clients)
{
    for (size_t i = 0; i < meant->count; i++) {
        _cleanup_no_proxy_entry_ struct no_proxy_entry entry = { 0 };
        _cleanup_mem_ char *text = NULL;
        int r = no_proxy_entry_parse(meant->items[i], &entry, NULL);
        if (r == 0)
            r = find_for_entry(&entry, brackets, &text);
        /* What does not parse has been refused before. */
        if (r == -ENOMEM || strings_append(clients, text ? text : "") < 0)
            return -ENOMEM;
    }
    return 0;
}

/* One line for all entries that the same clients do not honour; it stands where the first of them
 * does. */
static int warn_group(const struct strings *meant, const struct strings *clients, size_t first,
    struct strings *warnings)
{
    _cleanup_buffer_ struct buffer entries = { 0 };
    size_t count = 0;
    for (size_t i = 0; i < first; i++)
        if (strcmp(clients->items[i], clients->items[first]) == 0)
            return 0;
    for (size_t i = first; i < meant->count; i++) {
        bool is_member = strcmp(clients->items[i], clients->items[first]) == 0;
        if (is_member && count++ < ENTRIES_NAMED &&
            buffer_printf(&entries, "%s%s", count > 1 ? ", " : "", meant->items[i]) < 0)
            return -ENOMEM;
    }
    if (count > ENTRIES_NAMED &&
        buffer_printf(&entries, " and %zu more", count - ENTRIES_NAMED) < 0)
        return -ENOMEM;
    const char *where = strcmp(meant->items[first], "*") == 0 ? "" : " there";
    return strings_printf(warnings,
        "no_proxy entry %s: %s will still use the proxy%s (ec2-bootstrap explain shows which)",
        entries.data, clients->items[first], where);
}

int coverage_warn(const struct strings *meant, bool brackets, struct strings *warnings)
{
    _cleanup_strings_ struct strings clients = { 0 };
    int r = find_all(meant, brackets, &clients);
    for (size_t i = 0; r == 0 && i < meant->count; i++)
        if (*clients.items[i])
            r = warn_group(meant, &clients, i, warnings);
    return r;
}
