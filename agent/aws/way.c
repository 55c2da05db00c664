/* SPDX-License-Identifier: MIT */
/* Each name is asked for as the machine's programs ask: private zones are the matter of its name
 * servers. */

#include "aws/way.h"

#include <errno.h>

#include "lib/array.h"
#include "lib/clock.h"
#include "lib/memory.h"
#include "lib/resolve.h"
#include "lib/url.h"

static bool way_contains(const struct way_blocks *blocks, const struct address *address)
{
    for (size_t i = 0; i < blocks->count; i++)
        if (address_contains(&blocks->items[i], address))
            return true;
    return false;
}

bool way_is_private(const struct address *address, const struct way_network *network)
{
    static const char *const blocks[] = {
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", /* RFC 1918 */
        "100.64.0.0/10",                                 /* RFC 6598: VPCs have it, too */
        "fc00::/7",                                      /* RFC 4193 */
    };
    for (size_t i = 0; i < ELEMENTSOF(blocks); i++) {
        struct address block;
        if (address_parse(blocks[i], &block) == 0 && address_contains(&block, address))
            return true;
    }
    return way_contains(&network->ipv4, address) || way_contains(&network->ipv6, address);
}

static bool are_private(const struct strings *addresses, const struct way_network *network)
{
    for (size_t i = 0; i < addresses->count; i++) {
        struct address address;
        if (address_parse(addresses->items[i], &address) < 0 || !way_is_private(&address, network))
            return false;
    }
    return true;
}

/* As resolve_name(). */
static int find_addresses(const char *host, uint64_t timeout_ms, struct strings *ret)
{
    _cleanup_buffer_ struct buffer name = { 0 };
    struct address address;
    if (address_parse(host, &address) == 0 && !address.is_block)
        return strings_append(ret, host);
    if (buffer_printf(&name, "%s.", host) < 0)
        return -ENOMEM;
    return resolve_name(name.data, timeout_ms, ret);
}

/* The error of a name: `what` is in front of it. */
static int way_refuse_name(
    const char *what, const char *host, int r, const char *remedy, struct error *err)
{
    if (r == -ENOMEM)
        return error_no_memory(err);
    return error_set(err, EX_UNAVAILABLE, r == -ENOENT ? r : -EAGAIN, "%s%s: %s: %s", what, host,
        resolve_result_text(r), remedy);
}

static int find_proxy(const char *proxy, uint64_t timeout_ms, struct way *way, struct error *err)
{
    _cleanup_url_ struct url url = { 0 };
    _cleanup_buffer_ struct buffer text = { 0 };
    const char *reason = "";
    int r = url_parse(proxy, &url, &reason);
    if (r == -EINVAL || (r == 0 && !url.port))
        return error_set(
            err, EX_CONFIG, -EINVAL, "the proxy: %s", r < 0 ? reason : "its URL has no port");
    if (r == 0)
        r = find_addresses(url.host, timeout_ms, &way->addresses);
    if (r < 0)
        return way_refuse_name(
            "the proxy ", url.host ? url.host : "", r, "check the proxy's URL", err);
    if (buffer_printf(&text, "%s://", url.scheme) < 0 || url_append_host(&text, url.host) < 0 ||
        buffer_printf(&text, ":%s", url.port) < 0)
        return error_no_memory(err);
    way->proxy = buffer_take(&text);
    way->port = TAKE_PTR(url.port);
    return 0;
}

static uint64_t left_of(uint64_t end_ms)
{
    uint64_t now_ms = clock_now_ms();
    return now_ms < end_ms ? end_ms - now_ms : 1;
}

int way_find(const char *host, const char *port, const struct way_network *network,
    uint64_t timeout_ms, struct way *ret, struct error *err)
{
    _cleanup_way_ struct way way = { 0 };
    uint64_t end_ms = clock_now_ms() + timeout_ms;
    uint64_t host_ms = network->proxy ? timeout_ms / 2 : timeout_ms;
    int r = find_addresses(host, host_ms, &way.addresses);
    if (r == -ENOMEM)
        return error_no_memory(err);
    if (network->proxy && (r < 0 || !are_private(&way.addresses, network))) {
        strings_free(&way.addresses);
        r = find_proxy(network->proxy, left_of(end_ms), &way, err);
    } else if (r < 0) {
        r = way_refuse_name("", host, r,
            "check the name servers of this machine, and whether there is such a service in the "
            "Region",
            err);
    } else {
        way.port = mem_strdup(port);
        r = way.port ? 0 : error_no_memory(err);
    }
    if (r < 0)
        return r;
    *ret = way;
    way = (struct way){ 0 };
    return 0;
}

void way_free(struct way *way)
{
    mem_free(way->proxy);
    mem_free(way->port);
    strings_free(&way->addresses);
    *way = (struct way){ 0 };
}
