/* One matcher for all clients: what differs between them is in the columns of their table. */

#include "proxy/matcher.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "proxy/cut.h"
#include "proxy/entry_match.h"
#include "proxy/subject.h"

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

/* Whether the client fails for every request because of one entry. */
static bool fails_on(const struct client *client, const struct cut *cut)
{
    if (!(client->defects & DEFECT_BRACKETS_FAIL) || cut->length == 0)
        return false;
    if (memchr(cut->entry, '[', cut->length) || memchr(cut->entry, ']', cut->length))
        return true;
    const char *slash = memchr(cut->entry, '/', cut->length);
    return slash && entry_is_ipv6(cut->entry, (size_t) (slash - cut->entry));
}

/* Whether the empty entries of the list are followed by one that is not empty. */
static bool matches_empty(const struct client *client, const struct cut *cut)
{
    return (client->defects & DEFECT_EMPTY_MATCHES_ALL) && cut->length == 0 &&
           cut->rest[strspn(cut->rest, ", \t\r\n\v\f")] != '\0';
}

static struct verdict search(
    const struct client *client, const char *no_proxy, const struct subject *subject)
{
    struct verdict found = decide(ROUTE_PROXY, NULL, "no entry matches");
    for (struct cut cut = { 0 }; cut_next(client, no_proxy, &cut);) {
        if (fails_on(client, &cut))
            return decide(ROUTE_ERROR, &cut,
                "makes the client fail, for every request: it takes it for a malformed URL");
        if (found.route == ROUTE_DIRECT)
            continue; /* but a later entry may make the client fail */
        if (matches_empty(client, &cut))
            found = decide(ROUTE_DIRECT, &cut, "is empty, which the client takes for every host");
        const char *why = entry_match(client, &cut, subject);
        if (why)
            found = decide(ROUTE_DIRECT, &cut, why);
        if (found.route == ROUTE_DIRECT && !(client->defects & DEFECT_BRACKETS_FAIL))
            return found;
    }
    return found;
}

struct verdict matcher_route(
    const struct client *client, const char *no_proxy, const struct target *target)
{
    struct subject subject;
    subject_init(client, target, &subject);
    if (client->ipv6_host == IPV6_ERROR && subject.is_ipv6 && no_proxy && *no_proxy)
        return decide(ROUTE_ERROR, NULL, "the client fails on an IPv6 address in a URL");
    if (subject_is_always_direct(client, target))
        return decide(ROUTE_DIRECT, NULL, "this client always goes direct to the loopback");
    if (!no_proxy || !*no_proxy)
        return decide(ROUTE_PROXY, NULL, "there is no list");
    if ((client->star & STAR_ALONE) && strcmp(no_proxy, "*") == 0)
        return (struct verdict){ ROUTE_DIRECT, no_proxy, 1, "stands for every host" };

    struct verdict verdict = search(client, no_proxy, &subject);
    if (verdict.route == ROUTE_PROXY && client->then)
        verdict = matcher_route(client_find(client->then), no_proxy, target);
    return verdict;
}
