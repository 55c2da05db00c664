/* The parts of the list, in order. Which form reaches which client was measured on real clients. */

#include "proxy/no_proxy.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/array.h"
#include "base/secret.h"
#include "proxy/coverage.h"
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

static int append_entry(const char *text, const struct no_proxy_parts *parts,
    struct strings *warnings, struct strings *list, struct error *err)
{
    _cleanup_no_proxy_entry_ struct no_proxy_entry entry = { 0 };
    int r = no_proxy_entry_parse(text, &entry, err);
    if (r < 0)
        return r;
    if (entry.kind == NO_PROXY_ADDRESS && entry.address.family == AF_INET6 &&
        entry.address.is_block &&
        strings_printf(warnings,
            "no_proxy entry \"%s\": with an IPv6 block in the list Python's httpx 0.24 and later "
            "refuses to start",
            text) < 0)
        return error_memory(err);
    return no_proxy_entry_write(&entry, parts->brackets, list) < 0 ? error_memory(err) : 0;
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
        return error_memory(err);
    if (suffix.count > 0)
        r = append_entry(suffix.items[0], parts, warnings, list, err);
    for (size_t i = 0; r == 0 && parts->vpc_cidrs && i < parts->vpc_cidrs->count; i++)
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
                   ? error_memory(err)
                   : 0;
    int r = 0;
    for (size_t i = 0; r == 0 && i < parts->services->count; i++) {
        _cleanup_strings_ struct strings name = { 0 };
        if (strings_printf(
                &name, "%s.%s.%s", parts->services->items[i], parts->region, parts->domain) < 0)
            return error_memory(err);
        r = append_entry(name.items[0], parts, warnings, list, err);
    }
    return r;
}

static int append_added(const struct strings *added, const struct no_proxy_parts *parts,
    struct strings *warnings, struct strings *list, struct error *err)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < added->count; i++)
        r = strcmp(added->items[i], "*") == 0
                ? error_set(err, EX_CONFIG, -EINVAL,
                      "no_proxy entry \"*\" exempts every host from the proxy: it can only stand "
                      "alone")
                : append_entry(added->items[i], parts, warnings, list, err);
    return r;
}

static int check_length(const char *list, struct strings *warnings, struct error *err)
{
    size_t length = strlen("NO_PROXY=") + strlen(list);
    if (length > NO_PROXY_LINE_MAX)
        return error_set(err, EX_CONFIG, -E2BIG,
            "no_proxy would be a line of %zu bytes; Linux-PAM 1.4 to 1.5 reads no further than at "
            "a "
            "line of more than %d: shorten no_proxy.add",
            length, NO_PROXY_LINE_MAX);
    if (length > NO_PROXY_LINE_CUT &&
        strings_printf(warnings,
            "no_proxy is a line of %zu bytes; Linux-PAM before 1.4 (Amazon Linux 2, RHEL 8) cuts "
            "it at %d",
            length, NO_PROXY_LINE_CUT) < 0)
        return error_memory(err);
    return 0;
}

/* All entries, in the canonical order. */
static int append_all(const struct no_proxy_parts *parts, const struct strings *added,
    struct strings *warnings, struct strings *list, struct error *err)
{
    if (added->count == 1 && strcmp(added->items[0], "*") == 0)
        return strings_append(list, "*") < 0 ? error_memory(err) : 0;
    if (append_always(parts, warnings, list) < 0)
        return error_memory(err);
    int r = parts->vpc ? append_vpc(parts, warnings, list, err) : 0;
    if (r == 0)
        r = append_services(parts, warnings, list, err);
    return r < 0 ? r : append_added(added, parts, warnings, list, err);
}

static int warn_coverage(const char *list, const struct no_proxy_parts *parts,
    const struct strings *added, struct strings *warnings, struct error *err)
{
    if (strcmp(list, "*") == 0)
        return 0;
    _cleanup_strings_ struct strings meant = { 0 };
    int r = 0;
    for (size_t i = 0; r == 0 && parts->vpc && parts->vpc_cidrs && i < parts->vpc_cidrs->count; i++)
        r = strings_append_new(&meant, parts->vpc_cidrs->items[i]);
    for (size_t i = 0; r == 0 && i < added->count; i++)
        r = strings_append_new(&meant, added->items[i]);
    if (r == 0)
        r = coverage_warn(&meant, parts->brackets, warnings);
    return r < 0 ? error_memory(err) : 0;
}

int no_proxy_build(
    const struct no_proxy_parts *parts, struct strings *warnings, char **ret, struct error *err)
{
    _cleanup_strings_ struct strings added = { 0 }, list = { 0 };
    for (size_t i = 0; parts->add && i < parts->add->count; i++)
        if (no_proxy_split(parts->add->items[i], &added) < 0)
            return error_memory(err);
    int r = append_all(parts, &added, warnings, &list, err);
    if (r < 0)
        return r;
    _cleanup_secret_ char *text = strings_join(&list, ",");
    if (!text)
        return error_memory(err);
    r = check_length(text, warnings, err);
    if (r == 0)
        r = warn_coverage(text, parts, &added, warnings, err);
    if (r < 0)
        return r;
    *ret = TAKE_PTR(text);
    return 0;
}
