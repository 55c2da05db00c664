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

static struct verdict decide(enum route route, const struct cut *cut, const char *why)
{
    return (struct verdict){ .route = route,
        .entry = cut ? cut->entry : NULL,
        .entry_length = cut ? cut->length : 0,
        .why = why };
}

static bool matches_empty(const struct client *client, const struct cut *cut)
{
    return (client->defects & DEFECT_EMPTY_MATCHES_ALL) && cut->length == 0 &&
           !cut_is_empty_tail(client, cut);
}

/* The verdict of one entry. */
static struct verdict judge(
    const struct client *client, const struct cut *cut, const struct subject *subject)
{
    if (matches_empty(client, cut))
        return decide(ROUTE_DIRECT, cut, "is empty, which the client takes for every host");
    const char *why = NULL;
    int r = entry_match(client, cut, subject, &why);
    if (r < 0)
        return decide(ROUTE_ERROR, cut,
            "makes the client fail, for every request: it takes it for a malformed URL");
    return r > 0 ? decide(ROUTE_DIRECT, cut, why) : decide(ROUTE_PROXY, NULL, "no entry matches");
}

static struct verdict search(
    const struct client *client, const char *no_proxy, const struct subject *subject)
{
    struct verdict found = decide(ROUTE_PROXY, NULL, "no entry matches");
    for (struct cut cut = { 0 }; cut_next(client, no_proxy, &cut);) {
        struct verdict verdict = judge(client, &cut, subject);
        if (verdict.route == ROUTE_DIRECT && (client->url == URL_NOT || cut_is_star(&cut)))
            return verdict;
        /* A later entry may make the client fail, or be the star that it looks for first. */
        bool is_worse = found.route == ROUTE_DIRECT && verdict.route == ROUTE_ERROR;
        if (found.route == ROUTE_PROXY || is_worse)
            found = verdict;
    }
    return found;
}

static struct verdict route(
    const struct client *client, const char *no_proxy, const struct target *target)
{
    struct subject subject;
    subject_init(client, target, &subject);
    if (client->ipv6_host == IPV6_ERROR && subject.is_ipv6 && no_proxy && *no_proxy)
        return decide(ROUTE_ERROR, NULL, "the client fails on an IPv6 address in a URL");
    if ((client->defects & DEFECT_MAPPED_FAILS) && subject.is_ipv6 && strchr(target->host, '.'))
        return decide(
            ROUTE_ERROR, NULL, "the client fails on an IPv6 address that ends in an IPv4 one");
    if (subject_is_always_direct(client, no_proxy, target))
        return decide(ROUTE_DIRECT, NULL, "this client always goes direct to the loopback");
    if (!no_proxy || !*no_proxy)
        return decide(ROUTE_PROXY, NULL, "there is no list");
    if ((client->star & STAR_ALONE) && strcmp(no_proxy, "*") == 0)
        return (struct verdict){ ROUTE_DIRECT, no_proxy, 1, "stands for every host" };

    struct verdict verdict = search(client, no_proxy, &subject);
    if (verdict.route == ROUTE_PROXY && client->then)
        verdict = route(client->then, no_proxy, target);
    return verdict;
}

struct verdict matcher_route(
    const struct client *client, const char *no_proxy, const struct target *target)
{
    struct verdict verdict = route(client, no_proxy, target);
    if (verdict.route == ROUTE_DIRECT && target->has_login &&
        (client->defects & DEFECT_LOGIN_FAILS)) {
        verdict.route = ROUTE_ERROR;
        verdict.why = "makes the client go direct, where it fails on a login in the URL";
    }
    return verdict;
}

/* A client that understands all forms: what whoever wrote the list had in mind. */
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
static const char *describe_miss(const struct verdict *meant)
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

struct verdict matcher_near_miss(const char *no_proxy, const struct target *target)
{
    struct verdict meant = matcher_route(&ideal, no_proxy, target);
    if (meant.route != ROUTE_DIRECT || !meant.entry)
        return decide(ROUTE_PROXY, NULL, "no entry matches");
    meant.route = ROUTE_PROXY;
    meant.why = describe_miss(&meant);
    return meant;
}
