/* The parts of the list, in order. Which form reaches which client was measured on real clients. */

#include "proxy/no_proxy.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/array.h"
#include "lib/memory.h"
#include "proxy/no_proxy_entry.h"

/* The loopback, the metadata service, and the credentials endpoints of ECS and EKS, over IPv4 and
 * IPv6. Not "::1": Ruby reads it as "every host whose name ends in .1". */
static const char *const always[] = {
    "localhost",
    "127.0.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "169.254.170.23",
    "fd00:ec2::254",
    "fd00:ec2::23",
};

static const char brackets_warning[] =
    "no_proxy has IPv6 addresses in brackets, for clients that read no other form: Python's httpx "
    "0.24 and later then refuses to start";

/* The shortest entry and its comma have two bytes. What is longer is refused once it is built, and
 * it could be much longer. */
static bool is_too_long(const struct strings *list)
{
    return list->count > NO_PROXY_LINE_MAX / 2;
}

static int append_entry(const char *text, const struct no_proxy_parts *parts,
    struct strings *warnings, struct strings *list, struct error *err)
{
    _cleanup_no_proxy_entry_ struct no_proxy_entry entry = { 0 };
    if (is_too_long(list))
        return 0;
    int r = no_proxy_entry_parse(text, &entry, err);
    if (r < 0)
        return r;
    if (entry.kind == NO_PROXY_ADDRESS && entry.address.family == AF_INET6 &&
        entry.address.is_block &&
        strings_printf(warnings,
            "no_proxy entry \"%s\": with an IPv6 block in the list Python's httpx 0.24 and later "
            "refuses to start",
            text) < 0)
        return error_no_memory(err);
    return no_proxy_entry_write(&entry, parts->brackets, list) < 0 ? error_no_memory(err) : 0;
}

static int append_always(
    const struct no_proxy_parts *parts, struct strings *warnings, struct strings *list)
{
    for (size_t i = 0; i < ELEMENTSOF(always); i++) {
        int r = strings_append(list, always[i]);
        if (r == 0 && parts->brackets && strchr(always[i], ':'))
            r = strings_printf(list, "[%s]", always[i]);
        if (r < 0)
            return r;
    }
    return parts->brackets ? strings_append(warnings, brackets_warning) : 0;
}

/* https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html: the private names of
 * us-east-1 end in ec2.internal, all others in REGION.compute.internal. */
static int append_vpc(const struct no_proxy_parts *parts, struct strings *warnings,
    struct strings *list, struct error *err)
{
    _cleanup_strings_ struct strings suffix = { 0 };
    int r = 0;
    if (!parts->region)
        r = strings_append(warnings,
            "the metadata service names no region: the VPC's DNS names are not in no_proxy");
    else if (strcmp(parts->region, "us-east-1") == 0)
        r = strings_append(&suffix, ".ec2.internal");
    else
        r = strings_printf(&suffix, ".%s.compute.internal", parts->region);
    if (r < 0)
        return error_no_memory(err);
    if (suffix.count > 0)
        r = append_entry(suffix.items[0], parts, warnings, list, err);
    for (size_t i = 0; r == 0 && i < parts->vpc_cidrs->count; i++)
        r = append_entry(parts->vpc_cidrs->items[i], parts, warnings, list, err);
    return r;
}

static int append_services(const struct no_proxy_parts *parts, struct strings *warnings,
    struct strings *list, struct error *err)
{
    if (!parts->services || parts->services->count == 0)
        return 0;
    if (!parts->region || !parts->domain)
        return strings_append(warnings,
                   "the metadata service names no region or no domain: the services are not in "
                   "no_proxy") < 0
                   ? error_no_memory(err)
                   : 0;
    int r = 0;
    for (size_t i = 0; r == 0 && i < parts->services->count; i++) {
        _cleanup_strings_ struct strings name = { 0 };
        if (strings_printf(
                &name, "%s.%s.%s", parts->services->items[i], parts->region, parts->domain) < 0)
            return error_no_memory(err);
        r = append_entry(name.items[0], parts, warnings, list, err);
    }
    return r;
}

static int append_added(const struct no_proxy_parts *parts, struct strings *warnings,
    struct strings *list, struct error *err)
{
    const struct strings *added = parts->add;
    int r = 0;
    for (size_t i = 0; r == 0 && i < added->count; i++)
        r = strcmp(added->items[i], "*") == 0
                ? error_set(err, EX_CONFIG, -EINVAL,
                      "no_proxy entry \"*\" exempts every host from the proxy: it can only stand "
                      "alone")
                : append_entry(added->items[i], parts, warnings, list, err);
    return r;
}

static int check_length(const char *list, bool is_cut, struct strings *warnings, struct error *err)
{
    size_t length = strlen("NO_PROXY=") + strlen(list);
    if (length > NO_PROXY_LINE_MAX)
        return error_set(err, EX_CONFIG, -E2BIG,
            "no_proxy would be a line of %s%zu bytes; Linux-PAM 1.4 to 1.5 stops reading at a line "
            "of "
            "more than %d: shorten no_proxy.add",
            is_cut ? "more than " : "", length, NO_PROXY_LINE_MAX);
    if (length > NO_PROXY_LINE_CUT &&
        strings_printf(warnings,
            "no_proxy is a line of %zu bytes; Linux-PAM before 1.4 (Amazon Linux 2, RHEL 8) cuts "
            "it at %d",
            length, NO_PROXY_LINE_CUT) < 0)
        return error_no_memory(err);
    return 0;
}

/* All entries, in the canonical order. */
static int append_all(const struct no_proxy_parts *parts, struct strings *warnings,
    struct strings *list, struct error *err)
{
    if (parts->add->count == 1 && strcmp(parts->add->items[0], "*") == 0)
        return strings_append(list, "*") < 0 ? error_no_memory(err) : 0;
    if (append_always(parts, warnings, list) < 0)
        return error_no_memory(err);
    int r = parts->vpc ? append_vpc(parts, warnings, list, err) : 0;
    if (r == 0)
        r = append_services(parts, warnings, list, err);
    return r < 0 ? r : append_added(parts, warnings, list, err);
}

/* The entries that somebody has in mind for this list. */
static int append_meant(const struct no_proxy_parts *parts, struct strings *meant)
{
    int r = 0;
    for (size_t i = 0; r == 0 && parts->vpc && i < parts->vpc_cidrs->count; i++)
        r = strings_add_unique(meant, parts->vpc_cidrs->items[i]);
    for (size_t i = 0; r == 0 && i < parts->add->count; i++)
        r = strings_add_unique(meant, parts->add->items[i]);
    return r;
}

/* A relay on this machine is in every list, and rightly so. */
static bool is_always(const char *host)
{
    for (size_t i = 0; i < ELEMENTSOF(always); i++)
        if (strcmp(always[i], host) == 0)
            return true;
    return false;
}

static bool is_proxy(const char *text, const struct strings *proxies)
{
    _cleanup_no_proxy_entry_ struct no_proxy_entry entry = { 0 };
    if (no_proxy_entry_parse(text, &entry, NULL) < 0)
        return false; /* it is refused later */
    for (size_t i = 0; i < proxies->count; i++)
        if (!is_always(proxies->items[i]) && no_proxy_entry_is_host(&entry, proxies->items[i]))
            return true;
    return false;
}

/* Splits the entries, and sorts out those that are a proxy itself. */
static int no_proxy_sort_out(const struct strings *lists, const struct strings *proxies,
    struct strings *kept, struct strings *left_out)
{
    _cleanup_strings_ struct strings entries = { 0 };
    int r = 0;
    for (size_t i = 0; r == 0 && lists && i < lists->count; i++)
        r = no_proxy_split(lists->items[i], &entries);
    for (size_t i = 0; r == 0 && i < entries.count; i++)
        r = proxies && is_proxy(entries.items[i], proxies)
                ? strings_add_unique(left_out, entries.items[i])
                : strings_append(kept, entries.items[i]);
    return r;
}

static int warn_left_out(const struct strings *left_out, struct strings *warnings)
{
    if (left_out->count == 0)
        return 0;
    _cleanup_mem_ char *entries = strings_join(left_out, ", ");
    return entries ? strings_printf(warnings,
                         "no_proxy entry %s is the proxy itself: left out of no_proxy", entries)
                   : -ENOMEM;
}

/* The list of these parts, whose entries are split. */
static int build(const struct no_proxy_parts *parts, struct strings *warnings,
    struct strings *meant, char **ret, struct error *err)
{
    _cleanup_strings_ struct strings list = { 0 };
    int r = append_all(parts, warnings, &list, err);
    if (r < 0)
        return r;
    _cleanup_mem_ char *text = strings_join(&list, ",");
    if (!text)
        return error_no_memory(err);
    r = check_length(text, is_too_long(&list), warnings, err);
    if (r < 0)
        return r;
    if (append_meant(parts, meant) < 0)
        return error_no_memory(err);
    *ret = TAKE_PTR(text);
    return 0;
}

int no_proxy_build(const struct no_proxy_parts *parts, struct strings *warnings,
    struct strings *meant, char **ret, struct error *err)
{
    _cleanup_strings_ struct strings vpc_cidrs = { 0 }, added = { 0 }, left_out = { 0 };
    if (no_proxy_sort_out(
            parts->vpc ? parts->vpc_cidrs : NULL, parts->proxies, &vpc_cidrs, &left_out) < 0 ||
        no_proxy_sort_out(parts->add, parts->proxies, &added, &left_out) < 0 ||
        warn_left_out(&left_out, warnings) < 0)
        return error_no_memory(err);
    struct no_proxy_parts own = *parts;
    own.vpc_cidrs = &vpc_cidrs;
    own.add = &added;
    return build(&own, warnings, meant, ret, err);
}
