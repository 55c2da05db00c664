/* SPDX-License-Identifier: MIT */
/* An exempt host with public addresses is asked around the proxy, on a way that may not be there.
 */

#include <errno.h>
#include <string.h>

#include "doctor/check.h"
#include "fetch/endpoints.h"
#include "lib/array.h"
#include "lib/clock.h"
#include "lib/memory.h"
#include "lib/resolve.h"
#include "proxy/aws_services.h"
#include "proxy/no_proxy_cover.h"

enum { ENDPOINTS_SPARE_MS = 500 };

/* A name below a suffix: the account of a registry that is nobody's. */
#define BELOW "000000000000"

/* The hosts that no_proxy.services exempts. Zero-initialise: {0}. */
struct exempt {
    struct strings hosts; /* as of proxy/aws_services.h */
    struct strings names; /* a whole name for each, to look up */
    struct resolution *resolutions;
    size_t *ends; /* of each service: how many hosts it and those before it have */
};

static void exempt_free(struct exempt *exempt)
{
    for (size_t i = 0; exempt->resolutions && i < exempt->hosts.count; i++)
        strings_free(&exempt->resolutions[i].addresses);
    mem_free(exempt->resolutions);
    mem_free(exempt->ends);
    strings_free(&exempt->hosts);
    strings_free(&exempt->names);
}

#define _cleanup_exempt_ _cleanup_(exempt_free)

/* These have gateway endpoints, which have public addresses. */
static bool has_gateway(const char *host)
{
    static const char *const names[] = { "s3.", "s3-", "dynamodb." };
    for (size_t i = 0; i < ELEMENTSOF(names); i++)
        if (strncmp(host, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

static int judge_exempt(const struct doctor *doctor, const char *host,
    const struct resolution *resolution, struct doctor_result *ret)
{
    const char *name = host + (*host == '.');
    if (resolution->result == -ENOENT)
        return 0;
    if (resolution->result < 0)
        return strings_printf(
            &ret->unseen, "%s: %s", name, resolve_result_text(resolution->result));
    if (endpoints_are_private(&doctor->setup.facts, &resolution->addresses))
        return 0;
    _cleanup_mem_ char *addresses = strings_join(&resolution->addresses, ", ");
    if (!addresses)
        return -ENOMEM;
    return doctor_find(ret, has_gateway(name) ? ENDPOINT_GATEWAY : ENDPOINT_PUBLIC, name, NULL,
        "it resolves to %s", addresses);
}

static int endpoints_list_exempt(const struct doctor *doctor, struct exempt *ret)
{
    const struct facts *facts = &doctor->setup.facts;
    const struct aws_service_place place = { facts->region, facts->domain };
    const struct strings *services = &doctor->setup.settings.no_proxy_services.names;
    _cleanup_strings_ struct strings notes = { 0 };
    ret->ends = mem_calloc(services->count + 1, sizeof(*ret->ends));
    int r = ret->ends ? 0 : -ENOMEM;
    for (size_t i = 0; r >= 0 && i < services->count; i++) {
        r = aws_service_append_hosts(services->items[i], &place, &ret->hosts, &notes);
        ret->ends[i] = ret->hosts.count;
    }
    for (size_t i = 0; r >= 0 && i < ret->hosts.count; i++)
        r = strings_printf(
            &ret->names, "%s%s.", *ret->hosts.items[i] == '.' ? BELOW : "", ret->hosts.items[i]);
    if (r < 0)
        return r;
    ret->resolutions = mem_calloc(ret->hosts.count + 1, sizeof(*ret->resolutions));
    for (size_t i = 0; ret->resolutions && i < ret->hosts.count; i++)
        ret->resolutions[i].name = ret->names.items[i];
    return ret->resolutions ? 0 : -ENOMEM;
}

static uint64_t endpoints_left_ms(const struct doctor *doctor)
{
    uint64_t now_ms = clock_now_ms() + ENDPOINTS_SPARE_MS;
    return now_ms < doctor->end_ms ? doctor->end_ms - now_ms : 1;
}

/* A service of which no host has an address. Below a suffix there may be nobody of that name. */
static int judge_service(const char *service, const struct exempt *exempt, size_t from, size_t to,
    struct doctor_result *ret)
{
    for (size_t i = from; i < to; i++)
        if (exempt->resolutions[i].result != -ENOENT || *exempt->hosts.items[i] == '.')
            return 0;
    return from == to ? 0
                      : doctor_find(ret, ENDPOINT_UNKNOWN, service, NULL,
                            "%s: there is no such host", exempt->hosts.items[from]);
}

/* 0 or -ENOMEM. */
static int check_exempt(const struct doctor *doctor, struct doctor_result *ret)
{
    _cleanup_exempt_ struct exempt exempt = { 0 };
    const struct strings *services = &doctor->setup.settings.no_proxy_services.names;
    int r = endpoints_list_exempt(doctor, &exempt);
    if (r < 0 || exempt.hosts.count == 0)
        return r;
    r = resolve_names(exempt.resolutions, exempt.hosts.count, endpoints_left_ms(doctor));
    if (r < 0)
        return r == -ENOMEM ? r : strings_append(&ret->unseen, "nobody can be asked for names");
    for (size_t i = 0; r == 0 && i < exempt.hosts.count; i++)
        r = judge_exempt(doctor, exempt.hosts.items[i], &exempt.resolutions[i], ret);
    for (size_t i = 0; r == 0 && i < services->count; i++)
        r = judge_service(
            services->items[i], &exempt, i > 0 ? exempt.ends[i - 1] : 0, exempt.ends[i], ret);
    return r < 0 ? r
                 : strings_printf(
                       &ret->facts, "%zu hosts of no_proxy.services looked up", exempt.hosts.count);
}

/* Those that are not in the list. */
static int find_proxied(
    const struct doctor *doctor, const struct endpoints *endpoints, struct doctor_result *ret)
{
    const char *list = environment_get(&doctor->setup.environment, VARIABLE_NO_PROXY);
    int r = 0;
    for (size_t i = 0; r == 0 && i < endpoints->hosts.count; i++) {
        _cleanup_strings_ struct strings open = { 0 };
        r = no_proxy_find_uncovered(endpoints->hosts.items[i], list ? list : "", &open);
        if (r == 0 && open.count > 0)
            r = doctor_find(ret, ENDPOINT_PRIVATE_PROXIED, endpoints->hosts.items[i], NULL,
                "all of its addresses are private");
    }
    return r;
}

/* The whole table of services, where the region is known. */
static int check_private(const struct doctor *doctor, struct doctor_result *ret)
{
    const struct facts *facts = &doctor->setup.facts;
    _cleanup_endpoints_ struct endpoints endpoints = { 0 };
    struct error err = { 0 };
    if (!facts->region || !facts->domain)
        return strings_append(&ret->unseen, "private endpoints: the region is not known");
    int r = endpoints_find(&doctor->setup, NULL, endpoints_left_ms(doctor), &endpoints, &err);
    if (r < 0)
        return r == -ENOMEM ? r : strings_append(&ret->unseen, err.text);
    if (endpoints.unanswered_count > 0 &&
        strings_printf(&ret->unseen, "%zu hosts have no answer now", endpoints.unanswered_count) <
            0)
        return -ENOMEM;
    return find_proxied(doctor, &endpoints, ret);
}

int doctor_check_endpoints(const struct doctor *doctor, struct doctor_result *ret)
{
    if (!environment_proxy(&doctor->setup.environment))
        return strings_append(&ret->facts, "no proxy is configured");
    int r = check_exempt(doctor, ret);
    return r < 0 ? r : check_private(doctor, ret);
}
