/* SPDX-License-Identifier: MIT */
/* To say whether the clients honour an entry, requests are needed that it is meant for. Which ones
 * follows from the kind of the entry. */

#include "clients/samples.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/array.h"
#include "lib/buffer.h"
#include "proxy/aws_services.h"
#include "proxy/no_proxy_entries.h"

#define BELOW "host."

enum { NAME_LENGTH_MAX = 253 }; /* RFC 1035, section 2.3.4, without the dot at the end */

/* The port of a scheme is not written, as in real requests: to many clients it matters. */
static int append_url(
    const struct no_proxy_entry *entry, const char *prefix, const char *host, struct strings *urls)
{
    _cleanup_buffer_ struct buffer url = { 0 };
    const char *scheme = entry->port == 443 ? "https" : "http";
    char port[16] = "";
    if (entry->port > 0 && entry->port != 80 && entry->port != 443)
        (void) snprintf(port, sizeof(port), ":%u", entry->port);
    int r = buffer_printf(&url, "%s://%s%s%s/", scheme, prefix, host, port);
    return r < 0 ? r : strings_add_unique(urls, url.data);
}

/* A host in the block: the first address behind that of the block itself. */
static int append_address(const struct no_proxy_entry *entry, struct strings *urls)
{
    struct address address = entry->address;
    size_t last = address.family == AF_INET ? 3 : 15;
    if (address.is_block && address.prefix < 8 * (last + 1))
        address.bytes[last] |= 1;
    address.is_block = false;
    char text[ADDRESS_TEXT_MAX], host[ADDRESS_TEXT_MAX + 2];
    address_format(&address, text);
    (void) snprintf(host, sizeof(host), address.family == AF_INET ? "%s" : "[%s]", text);
    return append_url(entry, "", host, urls);
}

/* What is asked for is anything; some clients read other addresses than names. */
static int append_anything(struct strings *urls)
{
    int r = strings_add_unique(urls, "http://169.254.169.254/");
    return r < 0 ? r : strings_add_unique(urls, SAMPLE_OUTSIDE);
}

/* Nothing is below a name without a dot, such as "localhost", below one that is too long, or below
 * most hosts of AWS services. */
static bool has_names_below(const char *name)
{
    return strchr(name, '.') && strlen(BELOW) + strlen(name) <= NAME_LENGTH_MAX &&
           aws_service_is_host_alone(name) == 0;
}

int samples_of_entry(const struct no_proxy_entry *entry, struct strings *urls)
{
    switch (entry->kind) {
    case NO_PROXY_EVERYTHING:
        return append_anything(urls);
    case NO_PROXY_ADDRESS:
        return append_address(entry, urls);
    case NO_PROXY_DOMAIN: {
        int r = append_url(entry, "", entry->name, urls);
        return r == 0 && has_names_below(entry->name) ? append_url(entry, BELOW, entry->name, urls)
                                                      : r;
    }
    case NO_PROXY_HOST:
        return append_url(entry, "", entry->name, urls);
    case NO_PROXY_SUBDOMAINS:
        return append_url(entry, BELOW, entry->name, urls);
    }
    return 0;
}

int samples_of_list(const char *list, size_t max, struct strings *urls)
{
    _cleanup_strings_ struct strings parts = { 0 };
    size_t most = urls->count + max;
    int r = list ? no_proxy_entries_split(list, &parts) : 0;
    for (size_t i = 0; r == 0 && i < parts.count && urls->count < most; i++) {
        _cleanup_no_proxy_entry_ struct no_proxy_entry entry = { 0 };
        if (no_proxy_entry_parse(parts.items[i], &entry, NULL) == 0)
            r = samples_of_entry(&entry, urls);
    }
    return r;
}

int samples_of_ec2(struct strings *urls)
{
    static const char *const ec2[] = {
        "http://169.254.169.254/",
        "http://[fd00:ec2::254]/",
        "http://169.254.170.2/",
        "http://169.254.170.23/",
        "http://[fd00:ec2::23]/",
    };
    int r = 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(ec2); i++)
        r = strings_append(urls, ec2[i]);
    return r;
}
