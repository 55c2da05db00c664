/* SPDX-License-Identifier: MIT */
/* The parts of the list, in order. Which form reaches which client was measured on real clients. */

#include "proxy/no_proxy.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/array.h"
#include "lib/buffer.h"
#include "lib/memory.h"
#include "proxy/aws_services.h"
#include "proxy/no_proxy_warnings.h"

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

/* The list while it is built. */
struct build {
    const struct no_proxy_parts *parts;
    struct no_proxy_meant meant; /* without the proxies themselves */
    struct strings *warnings;
    struct few of_entries; /* warnings */
    struct strings list;
};

void no_proxy_meant_free(struct no_proxy_meant *meant)
{
    mem_free(meant->vpc.items);
    mem_free(meant->presets.items);
    mem_free(meant->add.items);
    *meant = (struct no_proxy_meant){ 0 };
}

static void build_free(struct build *build)
{
    no_proxy_meant_free(&build->meant);
    few_free(&build->of_entries);
    strings_free(&build->list);
}

#define _cleanup_build_ _cleanup_(build_free)

static int select_entry(struct no_proxy_selection *selection, const struct no_proxy_entry *entry)
{
    const struct no_proxy_entry **items =
        mem_grow(selection->items, selection->count + 1, sizeof(const struct no_proxy_entry *));
    if (!items)
        return -ENOMEM;
    selection->items = items;
    selection->items[selection->count++] = entry;
    return 0;
}

bool no_proxy_is_always(const char *host)
{
    for (size_t i = 0; i < ELEMENTSOF(always); i++)
        if (strcmp(always[i], host) == 0)
            return true;
    return false;
}

/* A relay on this machine is in every list, and rightly so. */
static bool is_proxy(const struct no_proxy_entry *entry, const struct strings *proxies)
{
    for (size_t i = 0; proxies && i < proxies->count; i++)
        if (!no_proxy_is_always(proxies->items[i]) &&
            no_proxy_entry_is_host(entry, proxies->items[i]))
            return true;
    return false;
}

/* Sorts out the entries that are a proxy itself; their texts are appended to left_out. */
static int no_proxy_select(const struct no_proxy_entries *entries, const struct strings *proxies,
    struct no_proxy_selection *ret, struct strings *left_out)
{
    for (size_t i = 0; entries && i < entries->count; i++) {
        const struct no_proxy_entry *entry = &entries->items[i];
        int r = is_proxy(entry, proxies) ? strings_add_unique(left_out, entry->text)
                                         : select_entry(ret, entry);
        if (r < 0)
            return r;
    }
    return 0;
}

static int warn_left_out(const struct strings *left_out, struct strings *warnings)
{
    if (left_out->count == 0)
        return 0;
    _cleanup_mem_ char *entries = few_join(left_out, ", ");
    return entries ? strings_printf(warnings,
                         "no_proxy entry %s is the proxy itself: left out of no_proxy", entries)
                   : -ENOMEM;
}

static bool is_everything(const struct no_proxy_selection *selection)
{
    return selection->count == 1 && selection->items[0]->kind == NO_PROXY_EVERYTHING;
}

static int check_stars(const struct no_proxy_selection *selection, struct error *err)
{
    for (size_t i = 0; !is_everything(selection) && i < selection->count; i++) {
        const char *origin = selection->items[i]->origin;
        if (selection->items[i]->kind == NO_PROXY_EVERYTHING)
            return error_set(err, EX_CONFIG, -EINVAL,
                "%s%sno_proxy entry \"*\" exempts every host from the proxy: it can only stand "
                "alone",
                origin ? origin : "", origin ? ": " : "");
    }
    return 0;
}

/* The shortest entry and its comma have two bytes. What is longer is refused once it is built, and
 * it could be much longer. */
static bool is_too_long(const struct strings *list)
{
    return list->count > NO_PROXY_LINE_MAX / 2;
}

static int append_entry(struct build *build, const struct no_proxy_entry *entry)
{
    if (is_too_long(&build->list))
        return 0;
    _cleanup_strings_ struct strings told = { 0 };
    int r = no_proxy_warn_entry(entry, &told);
    r = r < 0 ? r : few_add(&build->of_entries, &told);
    return r < 0 ? r : no_proxy_entry_write(entry, build->parts->brackets, &build->list);
}

static int append_selection(struct build *build, const struct no_proxy_selection *selection)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < selection->count; i++)
        r = append_entry(build, selection->items[i]);
    return r;
}

static int no_proxy_append_text(struct build *build, const char *text, struct error *err)
{
    _cleanup_no_proxy_entry_ struct no_proxy_entry entry = { 0 };
    int r = no_proxy_entry_parse(text, &entry, err);
    if (r < 0)
        return r;
    return append_entry(build, &entry) < 0 ? error_no_memory(err) : 0;
}

static struct strings *line_warnings(const struct build *build)
{
    return build->parts->line_warnings ? build->parts->line_warnings : build->warnings;
}

static int append_always(struct build *build)
{
    bool brackets = build->parts->brackets;
    for (size_t i = 0; i < ELEMENTSOF(always); i++) {
        int r = strings_append(&build->list, always[i]);
        if (r == 0 && brackets && strchr(always[i], ':'))
            r = strings_printf(&build->list, "[%s]", always[i]);
        if (r < 0)
            return r;
    }
    return brackets ? no_proxy_warn_brackets(line_warnings(build)) : 0;
}

/* Whether one of the blocks, or a part of it, is in no_proxy.add. */
static bool is_any_in_add(const struct build *build, const struct no_proxy_entries *blocks)
{
    for (size_t i = 0; i < blocks->count; i++)
        for (size_t j = 0; j < build->meant.add.count; j++) {
            const struct no_proxy_entry *entry = build->meant.add.items[j];
            if (entry->kind == NO_PROXY_ADDRESS && entry->address.is_block &&
                address_overlaps(&entry->address, &blocks->items[i].address))
                return true;
        }
    return false;
}

/* Names reach every client, IPv6 blocks few of them, and one refuses to start on them. */
static int warn_vpc_ipv6(const struct build *build)
{
    const struct no_proxy_entries *blocks = build->parts->vpc_ipv6_left_out;
    if (!blocks || blocks->count == 0 || is_any_in_add(build, blocks))
        return 0;
    _cleanup_strings_ struct strings texts = { 0 };
    for (size_t i = 0; i < blocks->count; i++)
        if (strings_append(&texts, blocks->items[i].text) < 0)
            return -ENOMEM;
    _cleanup_mem_ char *joined = few_join(&texts, ", ");
    return joined ? strings_printf(build->warnings,
                        "the VPC has IPv6 blocks, and none is in no_proxy (%s): clients reach its "
                        "hosts directly by their private DNS names, by IPv6 addresses through the "
                        "proxy; use the names, or set no_proxy.vpc_ipv6 to true where no Python "
                        "httpx runs",
                        joined)
                  : -ENOMEM;
}

/* https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html: the private names of
 * us-east-1 end in ec2.internal, all others in REGION.compute.internal. */
static int append_vpc(struct build *build, struct error *err)
{
    const char *region = build->parts->region;
    _cleanup_buffer_ struct buffer suffix = { 0 };
    int r;
    if (!build->parts->vpc)
        return 0;
    if (!region)
        r = build->parts->is_partial
                ? 0
                : strings_append(build->warnings, "the metadata service names no region: the VPC's "
                                                  "DNS names are not in no_proxy");
    else if (strcmp(region, "us-east-1") == 0)
        r = buffer_append_text(&suffix, ".ec2.internal");
    else
        r = buffer_printf(&suffix, ".%s.compute.internal", region);
    if (r < 0)
        return error_no_memory(err);
    r = suffix.size > 0 ? no_proxy_append_text(build, suffix.data, err) : 0;
    if (r < 0)
        return r;
    return append_selection(build, &build->meant.vpc) < 0 || warn_vpc_ipv6(build) < 0
               ? error_no_memory(err)
               : 0;
}

static int warn_no_place(const struct strings *services, struct strings *warnings)
{
    if (services->count == 0)
        return 0;
    _cleanup_mem_ char *names = few_join(services, ", ");
    return names ? strings_printf(warnings,
                       "the metadata service names no region or no domain: the services %s are not "
                       "in no_proxy",
                       names)
                 : -ENOMEM;
}

/* The hosts of the services, each alone or, as ".suffix", with a name below it. */
static int list_service_hosts(const struct build *build, struct strings *hosts)
{
    const struct no_proxy_parts *parts = build->parts;
    const struct aws_service_place place = { .region = parts->region, .domain = parts->domain };
    _cleanup_strings_ struct strings seen = { 0 }, left_out = { 0 };
    _cleanup_few_ struct few told = { 0 };
    for (size_t i = 0; parts->services && i < parts->services->count; i++) {
        const char *service = parts->services->items[i];
        if (strings_contains(&seen, service))
            continue; /* nothing is warned of twice */
        _cleanup_strings_ struct strings warnings = { 0 };
        int r = aws_service_append_hosts(service, &place, hosts, &warnings);
        if (r > 0)
            r = strings_append(&left_out, service);
        if (r < 0 || few_add(&told, &warnings) < 0 || strings_add_unique(&seen, service) < 0)
            return -ENOMEM;
    }
    if (few_tell(&told, "warnings of no_proxy.services", build->warnings) < 0)
        return -ENOMEM;
    return build->parts->is_partial ? 0 : warn_no_place(&left_out, build->warnings);
}

static int append_services(struct build *build, struct error *err)
{
    _cleanup_strings_ struct strings hosts = { 0 };
    if (list_service_hosts(build, &hosts) < 0)
        return error_no_memory(err);
    for (size_t i = 0; i < hosts.count; i++) {
        _cleanup_no_proxy_entry_ struct no_proxy_entry entry = { 0 };
        int r = no_proxy_entry_parse(hosts.items[i], &entry, err);
        if (r < 0)
            return r;
        if (entry.kind == NO_PROXY_DOMAIN)
            entry.kind = NO_PROXY_HOST;
        if (append_entry(build, &entry) < 0)
            return error_no_memory(err);
    }
    return 0;
}

static int join_list(const struct build *build, char **ret, struct error *err)
{
    _cleanup_mem_ char *text = strings_join(&build->list, ",");
    if (!text)
        return error_no_memory(err);
    size_t length = strlen("NO_PROXY=") + strlen(text);
    if (length > NO_PROXY_LINE_MAX)
        return error_set(err, EX_CONFIG, -E2BIG,
            "no_proxy would be a line of %s%zu bytes; Linux-PAM 1.4 to 1.5 stops reading at a line "
            "of more than %d",
            is_too_long(&build->list) ? "more than " : "", length, NO_PROXY_LINE_MAX);
    if (length > NO_PROXY_LINE_CUT &&
        strings_printf(line_warnings(build),
            "no_proxy is a line of %zu bytes; Linux-PAM before 1.4 (Amazon Linux 2, RHEL 8) cuts "
            "it at %d: shorten it where that runs",
            length, NO_PROXY_LINE_CUT) < 0)
        return error_no_memory(err);
    *ret = TAKE_PTR(text);
    return 0;
}

/* Sorts the entries out, and refuses a star beside others. */
static int begin(struct build *build, struct error *err)
{
    const struct no_proxy_parts *parts = build->parts;
    _cleanup_strings_ struct strings left_out = { 0 };
    struct no_proxy_meant *meant = &build->meant;
    if (no_proxy_select(parts->vpc, parts->proxies, &meant->vpc, &left_out) < 0 ||
        no_proxy_select(parts->presets, parts->proxies, &meant->presets, &left_out) < 0 ||
        no_proxy_select(parts->add, parts->proxies, &meant->add, &left_out) < 0 ||
        warn_left_out(&left_out, build->warnings) < 0)
        return error_no_memory(err);
    return check_stars(&build->meant.add, err);
}

/* All entries, in the canonical order. */
static int append_all(struct build *build, struct error *err)
{
    if (is_everything(&build->meant.add))
        return strings_append(&build->list, "*") < 0 ? error_no_memory(err) : 0;
    if (append_always(build) < 0)
        return error_no_memory(err);
    int r = append_vpc(build, err);
    if (r < 0)
        return r;
    if (append_selection(build, &build->meant.presets) < 0)
        return error_no_memory(err);
    r = append_services(build, err);
    if (r < 0)
        return r;
    return append_selection(build, &build->meant.add) < 0 ||
                   few_tell(&build->of_entries, "warnings of such entries", build->warnings) < 0
               ? error_no_memory(err)
               : 0;
}

/* Keeps each entry once. 0 or -ENOMEM. */
static int drop_doubles(struct no_proxy_selection *selection)
{
    _cleanup_strings_ struct strings seen = { 0 };
    size_t kept = 0;
    for (size_t i = 0; i < selection->count; i++) {
        size_t before = seen.count;
        if (strings_add_unique(&seen, selection->items[i]->text) < 0)
            return -ENOMEM;
        if (seen.count > before)
            selection->items[kept++] = selection->items[i];
    }
    selection->count = kept;
    return 0;
}

int no_proxy_build(const struct no_proxy_parts *parts, struct strings *warnings,
    struct no_proxy_meant *meant, char **ret, struct error *err)
{
    _cleanup_build_ struct build build = { .parts = parts, .warnings = warnings };
    _cleanup_mem_ char *list = NULL;
    int r = begin(&build, err);
    if (r < 0)
        return r;
    r = append_all(&build, err);
    if (r < 0)
        return r;
    r = join_list(&build, &list, err);
    if (r < 0)
        return r;
    if (is_everything(&build.meant.add))
        build.meant.vpc.count = build.meant.presets.count = 0;
    if (drop_doubles(&build.meant.vpc) < 0 || drop_doubles(&build.meant.presets) < 0 ||
        drop_doubles(&build.meant.add) < 0)
        return error_no_memory(err);
    *meant = build.meant;
    build.meant = (struct no_proxy_meant){ 0 };
    *ret = TAKE_PTR(list);
    return 0;
}

int no_proxy_check(const struct no_proxy_parts *parts, struct error *err)
{
    _cleanup_strings_ struct strings warnings = { 0 };
    const struct no_proxy_parts known = {
        .add = parts->add, .proxies = parts->proxies, .brackets = parts->brackets
    };
    _cleanup_build_ struct build build = { .parts = &known, .warnings = &warnings };
    _cleanup_mem_ char *list = NULL;
    int r = begin(&build, err);
    if (r < 0)
        return r;
    r = append_all(&build, err);
    return r < 0 ? r : join_list(&build, &list, err);
}
