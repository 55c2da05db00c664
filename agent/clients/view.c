/* SPDX-License-Identifier: MIT */
/* A table for a person, JSON for a program. */

#include "clients/view.h"

#include <errno.h>
#include <string.h>

#include "lib/array.h"
#include "lib/json.h"
#include "lib/memory.h"
#include "lib/printable.h"
#include "lib/redact.h"

enum { NAMES_WIDTH = 46, COLUMN_WIDTH = 8 };

static bool agree(const struct explanation *explanation, size_t a, size_t b)
{
    for (size_t u = 0; u < explanation->urls.count; u++)
        if (explanation_decision(explanation, u, a)->route !=
            explanation_decision(explanation, u, b)->route)
            return false;
    return true;
}

/* The first client that agrees with this one on all URLs: its group's name. */
static size_t group_of(const struct explanation *explanation, size_t client)
{
    size_t first = 0;
    while (!agree(explanation, first, client))
        first++;
    return first;
}

static size_t group_size(const struct explanation *explanation, size_t group)
{
    size_t size = 0;
    for (size_t c = group; c < explanation->client_count; c++)
        size += group_of(explanation, c) == group;
    return size;
}

/* Appends the names of a group's clients as lines that are no wider than their column. */
static int name_group(const struct explanation *explanation, size_t group, struct strings *lines)
{
    _cleanup_buffer_ struct buffer line = { 0 };
    if (group_size(explanation, group) == explanation->client_count &&
        explanation->client_count > 1)
        return strings_printf(lines, "all %zu", explanation->client_count);
    for (size_t c = group; c < explanation->client_count; c++) {
        if (group_of(explanation, c) != group)
            continue;
        const char *id = explanation->clients[c]->id;
        if (line.size > 0 && line.size + 1 + strlen(id) > NAMES_WIDTH) {
            if (strings_append(lines, line.data) < 0)
                return -ENOMEM;
            buffer_free(&line);
        }
        if (buffer_printf(&line, "%s%s", line.size > 0 ? " " : "", id) < 0)
            return -ENOMEM;
    }
    return strings_append(lines, line.data);
}

static int append_route(enum route route, bool colour, struct buffer *ret)
{
    static const char *const colours[] = {
        [ROUTE_DIRECT] = "\x1b[32m",
        [ROUTE_PROXY] = "\x1b[36m",
        [ROUTE_ERROR] = "\x1b[31m",
    };
    return buffer_printf(ret, "%s%-*s%s", colour ? colours[route] : "", COLUMN_WIDTH,
        route_name(route), colour ? "\x1b[0m" : "");
}

static int append_group(
    const struct explanation *explanation, size_t group, bool colour, struct buffer *ret)
{
    _cleanup_strings_ struct strings names = { 0 };
    if (name_group(explanation, group, &names) < 0 ||
        buffer_printf(ret, "%-*s  ", NAMES_WIDTH, names.items[0]) < 0)
        return -ENOMEM;
    int r = 0;
    for (size_t u = 0; r == 0 && u < explanation->urls.count; u++)
        r = append_route(explanation_decision(explanation, u, group)->route, colour, ret);
    if (r < 0 || buffer_append_text(ret, "\n") < 0)
        return -ENOMEM;
    for (size_t i = 1; r == 0 && i < names.count; i++)
        r = buffer_printf(ret, "%s\n", names.items[i]);
    return r;
}

/* The largest groups first. Returns the next group after one of `size` clients named `after`, or
 * client_count when there is none. */
static size_t next_group(const struct explanation *explanation, size_t size, size_t after)
{
    size_t best = explanation->client_count, best_size = 0;
    for (size_t c = 0; c < explanation->client_count; c++) {
        size_t s = group_of(explanation, c) == c ? group_size(explanation, c) : 0;
        bool is_later = s < size || (s == size && c > after);
        if (s > best_size && is_later) {
            best = c;
            best_size = s;
        }
    }
    return best;
}

static int append_number_and_url(size_t number, const char *url, struct buffer *ret)
{
    int r = buffer_printf(ret, "%3zu  ", number);
    return r < 0 ? r : printable_append_line(url, strlen(url), ret);
}

static int append_legend(const struct explanation *explanation, struct buffer *ret)
{
    static const enum route order[] = { ROUTE_DIRECT, ROUTE_PROXY, ROUTE_ERROR };
    int r = 0;
    for (size_t u = 0; r == 0 && u < explanation->urls.count; u++) {
        r = append_number_and_url(u + 1, explanation->urls.items[u], ret);
        const char *separator = "   ";
        for (size_t i = 0; r == 0 && i < ELEMENTSOF(order); i++) {
            size_t count = explanation_count(explanation, u, order[i]);
            if (count == 0)
                continue;
            r = buffer_printf(ret, "%s%s%zu %s", separator,
                count == explanation->client_count && count > 1 ? "all " : "", count,
                route_name(order[i]));
            separator = ", ";
        }
        if (r == 0)
            r = buffer_append_text(ret, "\n");
    }
    return r;
}

static int view_append_list(const char *list, struct buffer *ret)
{
    _cleanup_buffer_ struct buffer shown = { 0 };
    return redact_list(list, &shown) < 0 ? -ENOMEM
                                         : printable_append_line(shown.data, shown.size, ret);
}

/* Appends the entry that a client has made of a part of the list, which can be a part of a login.
 */
static int view_append_entry(const struct decision *decision, const char *list, struct buffer *ret)
{
    _cleanup_buffer_ struct buffer entry = { 0 };
    size_t start = 0, end = 0, position = (size_t) (decision->entry - list);
    redact_find_in_list(list, &start, &end);
    bool is_part = position < end && position + decision->entry_length > start;
    if (buffer_append(&entry, decision->entry, decision->entry_length) < 0)
        return -ENOMEM;
    bool has_end = position + decision->entry_length > end;
    return is_part && has_end ? redact_value(entry.data, ret)
                              : buffer_append_text(ret, is_part ? "***" : entry.data);
}

/* Why the request goes where it goes, as a sentence; for the proxy also which entry was perhaps
 * meant to cover it. */
static int append_why(
    const struct explanation *explanation, size_t url, size_t client, struct buffer *ret)
{
    struct decision decision = *explanation_decision(explanation, url, client);
    if (decision.route == ROUTE_PROXY && explanation->no_proxy)
        decision = matcher_intended_entry(explanation->no_proxy, &explanation->requests[url]);
    _cleanup_buffer_ struct buffer entry = { 0 };
    if (decision.entry && (view_append_entry(&decision, explanation->no_proxy, &entry) < 0 ||
                              buffer_append_text(ret, "\"") < 0 ||
                              printable_append_line(entry.data, entry.size, ret) < 0 ||
                              buffer_append_text(ret, "\" ") < 0))
        return -ENOMEM;
    return buffer_append_text(ret, decision.why);
}

static int append_reasons(const struct explanation *explanation, struct buffer *ret)
{
    int r = 0;
    for (size_t u = 0; r == 0 && u < explanation->urls.count; u++) {
        const char *url = explanation->urls.items[u];
        if (buffer_append_text(ret, "\n") < 0 || printable_append_line(url, strlen(url), ret) < 0 ||
            buffer_append_text(ret, "\n") < 0)
            return -ENOMEM;
        for (size_t c = 0; r == 0 && c < explanation->client_count; c++) {
            r = buffer_printf(ret, "  %-16s %-7s ", explanation->clients[c]->id,
                route_name(explanation_decision(explanation, u, c)->route));
            if (r == 0)
                r = append_why(explanation, u, c, ret);
            if (r == 0)
                r = buffer_append_text(ret, "\n");
        }
    }
    return r;
}

int view_append_table(
    const struct explanation *explanation, bool colour, bool reasons, struct buffer *ret)
{
    const char *list = explanation->no_proxy ? explanation->no_proxy : "(not set)";
    if (buffer_append_text(ret, "no_proxy  ") < 0 || view_append_list(list, ret) < 0 ||
        buffer_printf(ret, "\n\n%*s", NAMES_WIDTH + 2, "") < 0)
        return -ENOMEM;
    int r = 0;
    for (size_t u = 0; r == 0 && u < explanation->urls.count; u++)
        r = buffer_printf(ret, "%-*zu", COLUMN_WIDTH, u + 1);
    if (r < 0 || buffer_append_text(ret, "\n") < 0)
        return -ENOMEM;
    size_t size = explanation->client_count + 1, group = 0;
    while (r == 0) {
        group = next_group(explanation, size, group);
        if (group == explanation->client_count)
            break;
        size = group_size(explanation, group);
        r = append_group(explanation, group, colour, ret);
    }
    if (r < 0 || buffer_append_text(ret, "\n") < 0 || append_legend(explanation, ret) < 0)
        return -ENOMEM;
    return reasons ? append_reasons(explanation, ret) : 0;
}

/* NULL for text that is not there. */
static bool add_verdict(
    struct json *list, const struct explanation *explanation, size_t url, size_t client)
{
    const struct decision *decision = explanation_decision(explanation, url, client);
    const char *asked = explanation->urls.items[url];
    _cleanup_buffer_ struct buffer why = { 0 }, entry = { 0 };
    if (append_why(explanation, url, client, &why) < 0 ||
        (decision->entry && view_append_entry(decision, explanation->no_proxy, &entry) < 0))
        return false;
    struct json *object = json_add_object(list, NULL);
    return json_add_string(object, "url", asked) &&
           json_add_string(object, "client", explanation->clients[client]->id) &&
           json_add_string(object, "route", route_name(decision->route)) &&
           json_add_string(object, "entry", entry.data) && json_add_string(object, "why", why.data);
}

int view_append_json(const struct explanation *explanation, struct buffer *ret)
{
    _cleanup_json_ struct json *list = json_new_array();
    bool ok = list;
    for (size_t u = 0; ok && u < explanation->urls.count; u++)
        for (size_t c = 0; ok && c < explanation->client_count; c++)
            ok = add_verdict(list, explanation, u, c);
    return json_print(ok ? list : NULL, ret);
}

int view_append_clients(bool json, struct buffer *ret)
{
    _cleanup_json_ struct json *list = json_new_array();
    bool ok = list;
    for (size_t i = 0; ok && i < clients_count; i++) {
        const struct client *client = &clients_table[i];
        struct json *object = json_add_object(list, NULL);
        ok = json_add_string(object, "client", client->id) &&
             json_add_string(object, "covers", client->covers) &&
             json_add_string(object, "reads", client->reads) &&
             (json || buffer_printf(ret, "%-16s %s\n%-16s reads: %s\n", client->id, client->covers,
                          "", client->reads) == 0);
    }
    if (!ok)
        return -ENOMEM;
    return json ? json_print(list, ret) : 0;
}
