/* SPDX-License-Identifier: MIT */
/* Each host is decided by itself: that of a dual-stack name can be public where the other is not.
 * An interface endpoint's names of a registry and the like are below a suffix: any name below it
 * will do. A gateway endpoint has public addresses, which DNS cannot tell. */

#include "fetch/endpoints.h"

#include <errno.h>
#include <string.h>

#include "lib/address.h"
#include "lib/memory.h"
#include "lib/resolve.h"
#include "proxy/aws_service_table.h"
#include "proxy/aws_services.h"

/* The account of a registry that is nobody's. */
#define ANY_BELOW "000000000000"

/* Of a list that every client reads: three forms of each host, with their marks. */
enum { LIST_ROOM = 6000, FORMS = 3, FORM_SIZE = 3 };

/* Appends each host of the services once: alone, or ".suffix". 0 or -ENOMEM. */
static int list_endpoint_hosts(
    const struct setup *setup, const struct strings *services, struct strings *ret)
{
    const struct aws_service_place place = { setup->facts.region, setup->facts.domain };
    _cleanup_strings_ struct strings hosts = { 0 }, notes = { 0 };
    size_t count = services ? services->count : aws_service_count;
    int r = 0;
    for (size_t i = 0; r >= 0 && i < count; i++)
        r = aws_service_append_hosts(
            services ? services->items[i] : aws_service_table[i].name, &place, &hosts, &notes);
    for (size_t i = 0; r >= 0 && i < hosts.count; i++)
        r = strings_add_unique(ret, hosts.items[i]);
    return r < 0 ? r : 0;
}

struct way_network fetch_network(const struct facts *facts, const char *proxy)
{
    return (struct way_network){ proxy, { facts->vpc_blocks, facts->vpc_block_count },
        { facts->vpc_ipv6_blocks, facts->vpc_ipv6_block_count } };
}

bool endpoints_are_private(const struct facts *facts, const struct strings *addresses)
{
    const struct way_network network = fetch_network(facts, NULL);
    for (size_t i = 0; i < addresses->count; i++) {
        struct address address;
        if (address_parse(addresses->items[i], &address) < 0 || !way_is_private(&address, &network))
            return false;
    }
    return addresses->count > 0;
}

/* 0 or -ENOMEM. */
static int take_host(const char *host, struct endpoints *ret)
{
    size_t size = FORMS * (strlen(host) + FORM_SIZE);
    if (size > ret->room) {
        ret->left_out_count++;
        return 0;
    }
    ret->room -= size;
    return strings_add_unique(&ret->hosts, host);
}

/* 0 or -ENOMEM. */
static int judge_host(const struct setup *setup, const char *host,
    const struct resolution *resolution, struct endpoints *ret)
{
    if (resolution->result == -ENOENT)
        return 0;
    if (resolution->result < 0)
        ret->unanswered_count++;
    else if (endpoints_are_private(&setup->facts, &resolution->addresses))
        return take_host(host + (*host == '.'), ret);
    else
        return strings_append(&ret->public_hosts, host);
    return 0;
}

/* The hosts to ask for, and a whole name for each. The first is no service's, to know a resolver
 * that has an address for every name. 0 or -ENOMEM. */
static int list_questions(const struct setup *setup, const struct strings *services,
    struct strings *hosts, struct strings *names)
{
    int r = strings_printf(
        hosts, "ec2-bootstrap-nobody.%s.%s", setup->facts.region, setup->facts.domain);
    if (r == 0)
        r = list_endpoint_hosts(setup, services, hosts);
    for (size_t i = 0; r == 0 && i < hosts->count; i++)
        r = strings_printf(
            names, "%s%s.", *hosts->items[i] == '.' ? ANY_BELOW : "", hosts->items[i]);
    return r;
}

/* 0 or -ENOMEM. */
static int judge_hosts(const struct setup *setup, const struct strings *hosts,
    const struct resolution resolutions[], struct endpoints *ret)
{
    int r = 0;
    ret->room = LIST_ROOM;
    ret->is_wildcard = resolutions[0].result == 0 &&
                       endpoints_are_private(&setup->facts, &resolutions[0].addresses);
    for (size_t i = 1; r == 0 && !ret->is_wildcard && i < hosts->count; i++)
        r = judge_host(setup, hosts->items[i], &resolutions[i], ret);
    return r;
}

int endpoints_find(const struct setup *setup, const struct strings *services, uint64_t timeout_ms,
    struct endpoints *ret, struct error *err)
{
    _cleanup_strings_ struct strings hosts = { 0 }, names = { 0 };
    int r = list_questions(setup, services, &hosts, &names);
    _cleanup_mem_ struct resolution *resolutions =
        r == 0 ? mem_calloc(hosts.count, sizeof(*resolutions)) : NULL;
    if (!resolutions)
        return error_no_memory(err);
    for (size_t i = 0; i < hosts.count; i++)
        resolutions[i].name = names.items[i];
    r = resolve_names(resolutions, hosts.count, timeout_ms);
    if (r < 0 && r != -ENOMEM)
        (void) error_set(
            err, EX_UNAVAILABLE, r, "no_proxy.services: nobody can be asked for names");
    if (r == 0)
        r = judge_hosts(setup, &hosts, resolutions, ret);
    for (size_t i = 0; i < hosts.count; i++)
        strings_free(&resolutions[i].addresses);
    return r == -ENOMEM ? error_no_memory(err) : r;
}

int endpoints_check_named(struct setup *setup, uint64_t timeout_ms, struct error *err)
{
    const struct settings_list *services = &setup->settings.no_proxy_services;
    _cleanup_endpoints_ struct endpoints endpoints = { 0 };
    if (services->is_auto || services->names.count == 0 || !setup->facts.region ||
        !setup->facts.domain)
        return 0;
    int r = endpoints_find(setup, &services->names, timeout_ms, &endpoints, err);
    if (r < 0)
        return r;
    _cleanup_mem_ char *hosts = strings_join(&endpoints.public_hosts, ", ");
    bool is_told =
        hosts &&
        (!*hosts ||
            strings_printf(&setup->warnings,
                "no_proxy.services: public addresses: %s: clients connect to them directly, "
                "which takes a gateway endpoint or another way past the proxy",
                hosts) == 0) &&
        (endpoints.unanswered_count == 0 ||
            strings_printf(&setup->warnings,
                "no_proxy.services: for %zu hosts of AWS the resolver had no answer in time",
                endpoints.unanswered_count) == 0);
    return is_told ? 0 : error_no_memory(err);
}

void endpoints_free(struct endpoints *endpoints)
{
    strings_free(&endpoints->hosts);
    strings_free(&endpoints->public_hosts);
    *endpoints = (struct endpoints){ 0 };
}
