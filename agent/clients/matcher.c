/* SPDX-License-Identifier: MIT */
/* One matcher for all clients: what differs between them is in the columns of their table. */

#include "clients/matcher.h"

#include <string.h>

#include "clients/entry_match.h"
#include "clients/host_forms.h"
#include "clients/split.h"
#include "lib/array.h"

const char *route_name(enum route route)
{
    static const char *const names[] = {
        [ROUTE_DIRECT] = "direct",
        [ROUTE_PROXY] = "proxy",
        [ROUTE_ERROR] = "error",
    };
    return names[route];
}

static struct decision decide(enum route route, const struct split *split, const char *why)
{
    return (struct decision){ .route = route,
        .entry = split ? split->entry : NULL,
        .entry_length = split ? split->length : 0,
        .why = why };
}

static bool matches_empty(const struct client *client, const struct split *split)
{
    return (client->defects & DEFECT_EMPTY_MATCHES_ALL) && split->length == 0 &&
           !split_is_empty_tail(client, split);
}

/* The decision of one entry. */
static struct decision matcher_judge(
    const struct client *client, const struct split *split, const struct host_forms *forms)
{
    if (matches_empty(client, split))
        return decide(ROUTE_DIRECT, split, "is empty, which the client takes for every host");
    const char *why = NULL;
    int r = entry_match(client, split, forms, &why);
    if (r < 0)
        return decide(ROUTE_ERROR, split,
            "makes the client fail, for every request: it takes it for a malformed URL");
    return r > 0 ? decide(ROUTE_DIRECT, split, why) : decide(ROUTE_PROXY, NULL, "no entry matches");
}

static struct decision search(
    const struct client *client, const char *no_proxy, const struct host_forms *forms)
{
    struct decision found = decide(ROUTE_PROXY, NULL, "no entry matches");
    for (struct split split = { 0 }; split_next(client, no_proxy, &split);) {
        struct decision decision = matcher_judge(client, &split, forms);
        if (decision.route == ROUTE_DIRECT && (client->url == URL_NOT || split_is_star(&split)))
            return decision;
        /* A later entry may make the client fail, or be the star that it looks for first. */
        bool is_worse = found.route == ROUTE_DIRECT && decision.route == ROUTE_ERROR;
        if (found.route == ROUTE_PROXY || is_worse)
            found = decision;
    }
    return found;
}

static struct decision route(
    const struct client *client, const char *no_proxy, const struct request *request)
{
    struct host_forms forms;
    host_forms_init(client, request, &forms);
    if (client->ipv6_host == IPV6_ERROR && forms.is_ipv6 && no_proxy && *no_proxy)
        return decide(ROUTE_ERROR, NULL, "the client fails on an IPv6 address in a URL");
    if ((client->defects & DEFECT_MAPPED_FAILS) && forms.is_ipv6 && strchr(request->host, '.'))
        return decide(
            ROUTE_ERROR, NULL, "the client fails on an IPv6 address that ends in an IPv4 one");
    if (host_forms_is_always_direct(client, no_proxy, request))
        return decide(ROUTE_DIRECT, NULL, "this client always goes direct to the loopback");
    if (!no_proxy || !*no_proxy)
        return decide(ROUTE_PROXY, NULL, "there is no list");
    if ((client->star & STAR_ALONE) && strcmp(no_proxy, "*") == 0)
        return (struct decision){ ROUTE_DIRECT, no_proxy, 1, "stands for every host" };

    struct decision decision = search(client, no_proxy, &forms);
    if (decision.route == ROUTE_PROXY && client->then)
        decision = route(client->then, no_proxy, request);
    return decision;
}

struct decision matcher_route(
    const struct client *client, const char *no_proxy, const struct request *request)
{
    struct decision decision = route(client, no_proxy, request);
    if (decision.route == ROUTE_DIRECT && request->has_login &&
        (client->defects & DEFECT_LOGIN_FAILS)) {
        decision.route = ROUTE_ERROR;
        decision.why = "makes the client go direct, where it fails on a login in the URL";
    }
    return decision;
}

/* A client that understands all forms: what the list's author had in mind. */
static const struct client ideal = {
    .id = "ideal",
    .split = SPLIT_COMMA_WHITE,
    .star = STAR_ENTRY,
    .plain = PLAIN_LABELS,
    .dot = DOT_BOTH,
    .wild = WILD_BOTH,
    .port = PORT_ONE_COLON,
    .numbers = NUMBER_V4 | NUMBER_V6 | BLOCK_V4 | BLOCK_V6 | NUMBER_MAPPED | NUMBER_BRACKETS,
    .trailing_dots = DOTS_ONE,
    .canonical = CANONICAL_RFC,
};

/* What of an entry the client did not understand. */
static const char *describe_miss(const struct decision *meant)
{
    static const struct {
        const char *sign;
        const char *why;
    } signs[] = {
        { "/", "is a block of addresses, which the client does not read as one" },
        { "[", "has brackets, which the client does not read around an address" },
        { "::", "is an IPv6 address without brackets, which the client does not match" },
        { ":", "has a port or is an IPv6 address, which the client does not match in this form" },
        { "*", "has a '*', which the client does not read so" },
    };
    for (size_t i = 0; i < ELEMENTSOF(signs); i++)
        if (memmem(meant->entry, meant->entry_length, signs[i].sign, strlen(signs[i].sign)))
            return signs[i].why;
    return "does not reach the host in this client's reading";
}

struct decision matcher_intended_entry(const char *no_proxy, const struct request *request)
{
    struct decision meant = matcher_route(&ideal, no_proxy, request);
    if (meant.route != ROUTE_DIRECT || !meant.entry)
        return decide(ROUTE_PROXY, NULL, "no entry matches");
    meant.route = ROUTE_PROXY;
    meant.why = describe_miss(&meant);
    return meant;
}
