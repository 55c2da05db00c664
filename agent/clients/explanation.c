/* SPDX-License-Identifier: MIT */
/* The model of the clients, applied to a list and to URLs. */

#include "clients/explanation.h"

#include <errno.h>
#include <string.h>

#include "clients/table.h"
#include "lib/buffer.h"
#include "lib/memory.h"
#include "lib/redact.h"
#include "lib/suggest.h"
#include "proxy/no_proxy_entries.h"

enum { ALIKE_MAX = 6 };

/* What can be meant by an unknown id: ids with such a word in them, else clients that cover it,
 * else the nearest id. */
static int find_alike(const char *id, struct strings *alike)
{
    int r = 0;
    for (int in_covers = 0; alike->count == 0 && in_covers <= 1; in_covers++)
        for (size_t i = 0; r == 0 && i < clients_count && alike->count < ALIKE_MAX; i++)
            if (suggest_matches_prefix(
                    id, in_covers ? clients_table[i].covers : clients_table[i].id))
                r = strings_append(alike, clients_table[i].id);
    const char *near = alike->count == 0 ? client_suggest(id) : NULL;
    return r == 0 && near ? strings_append(alike, near) : r;
}

static int refuse_client(const char *id, struct error *err)
{
    _cleanup_strings_ struct strings alike = { 0 };
    _cleanup_buffer_ struct buffer offer = { 0 };
    int r = find_alike(id, &alike);
    for (size_t i = 0; r == 0 && i < alike.count; i++) {
        const char *separator = i == 0 ? ", did you mean " : i + 1 < alike.count ? ", " : " or ";
        r = buffer_printf(&offer, "%s\"%s\"", separator, alike.items[i]);
    }
    if (r < 0 || buffer_append_text(&offer, alike.count > 0 ? "?" : " (see --list-clients)") < 0)
        return error_no_memory(err);
    char shown[REDACTED_MAX];
    return error_set(err, EX_USAGE, -EINVAL, "--client: there is no client \"%s\"%s",
        redact_to(id, shown), offer.data);
}

int explanation_choose_clients(struct explanation *explanation, const char *ids, struct error *err)
{
    _cleanup_strings_ struct strings names = { 0 };
    explanation->clients = mem_calloc(clients_count, sizeof(const struct client *));
    if (!explanation->clients || no_proxy_entries_split(ids ? ids : "", &names) < 0)
        return error_no_memory(err);
    for (size_t i = 0; i < names.count; i++)
        if (!client_find(names.items[i]))
            return refuse_client(names.items[i], err);
    for (size_t i = 0; i < clients_count; i++)
        if (!ids || strings_contains(&names, clients_table[i].id))
            explanation->clients[explanation->client_count++] = &clients_table[i];
    if (explanation->client_count == 0)
        return error_set(err, EX_USAGE, -EINVAL, "--client: no client is named");
    return 0;
}

/* Once it is taken apart, a URL is only shown: without the password of its login. */
static int hide_login(char **url)
{
    _cleanup_buffer_ struct buffer shown = { 0 };
    if (!strchr(*url, '@'))
        return 0;
    if (redact_value(*url, &shown) < 0)
        return -ENOMEM;
    mem_free(*url);
    *url = buffer_take(&shown);
    return 0;
}

int explanation_parse_urls(struct explanation *explanation, struct error *err)
{
    explanation->requests = mem_calloc(explanation->urls.count, sizeof(*explanation->requests));
    if (!explanation->requests)
        return error_no_memory(err);
    for (size_t u = 0; u < explanation->urls.count; u++) {
        const char *reason = NULL;
        int r = request_parse(explanation->urls.items[u], &explanation->requests[u], &reason);
        if (r == 0)
            r = hide_login(&explanation->urls.items[u]);
        if (r == -ENOMEM)
            return error_no_memory(err);
        char shown[REDACTED_MAX];
        if (r < 0)
            return error_set(err, EX_USAGE, r, "not a URL: \"%s\": %s",
                redact_to(explanation->urls.items[u], shown), reason);
    }
    return 0;
}

bool explanation_needs_lookup(const struct explanation *explanation)
{
    for (size_t c = 0; c < explanation->client_count; c++)
        if (explanation->clients[c]->defects & DEFECT_RESOLVES)
            return true;
    return false;
}

int explanation_find_routes(struct explanation *explanation, struct error *err)
{
    size_t clients = explanation->client_count;
    explanation->decisions =
        mem_calloc(explanation->urls.count * clients, sizeof(*explanation->decisions));
    if (!explanation->decisions)
        return error_no_memory(err);
    for (size_t u = 0; u < explanation->urls.count; u++)
        for (size_t c = 0; c < clients; c++)
            explanation->decisions[u * clients + c] = matcher_route(
                explanation->clients[c], explanation->no_proxy, &explanation->requests[u]);
    return 0;
}

const struct decision *explanation_decision(
    const struct explanation *explanation, size_t url, size_t client)
{
    return &explanation->decisions[url * explanation->client_count + client];
}

size_t explanation_count(const struct explanation *explanation, size_t url, enum route route)
{
    size_t count = 0;
    for (size_t c = 0; c < explanation->client_count; c++)
        count += explanation_decision(explanation, url, c)->route == route;
    return count;
}

bool explanation_has_findings(const struct explanation *explanation)
{
    for (size_t u = 0; u < explanation->urls.count; u++) {
        size_t direct = explanation_count(explanation, u, ROUTE_DIRECT);
        size_t proxy = explanation_count(explanation, u, ROUTE_PROXY);
        if (direct != explanation->client_count && proxy != explanation->client_count)
            return true;
    }
    return false;
}

void explanation_free(struct explanation *explanation)
{
    for (size_t u = 0; explanation->requests && u < explanation->urls.count; u++)
        request_free(&explanation->requests[u]);
    mem_free(explanation->requests);
    mem_free(explanation->clients);
    mem_free(explanation->decisions);
    strings_free(&explanation->urls);
    *explanation = (struct explanation){ 0 };
}
