/* SPDX-License-Identifier: MIT */
/* One client that refuses to start on an entry is worse than ten that do not honour it. */

#include "proxy/no_proxy_warnings.h"

#include <errno.h>
#include <sys/socket.h>

#include "lib/buffer.h"
#include "proxy/proxy_url.h"

int no_proxy_warn_brackets(struct strings *warnings)
{
    return strings_add_unique(warnings,
        "no_proxy has IPv6 addresses in brackets, for clients that read no other form: Python's "
        "httpx 0.24 and later then refuses to start: where it runs, set no_proxy.ipv6_brackets to "
        "\"never\" and write IPv6 addresses without brackets");
}

static bool is_ipv6_block(const struct no_proxy_entry *entry)
{
    return entry->kind == NO_PROXY_ADDRESS && entry->address.family == AF_INET6 &&
           entry->address.is_block;
}

/* Appends what is said of one entry, once however often it is there. */
static int no_proxy_warn_of(const char *text, const char *words, struct strings *warnings)
{
    _cleanup_buffer_ struct buffer warning = { 0 };
    int r = buffer_printf(&warning, "no_proxy entry \"%s\"%s", text, words);
    return r < 0 ? r : strings_add_unique(warnings, warning.data);
}

int no_proxy_warn_entry(const struct no_proxy_entry *entry, struct strings *warnings)
{
    if (is_ipv6_block(entry))
        return no_proxy_warn_of(entry->text,
            ": with an IPv6 block in the list Python's httpx 0.24 and later refuses to start: take "
            "it out where that runs",
            warnings);
    if (entry->name && proxy_host_is_placeholder(entry->name))
        return no_proxy_warn_of(entry->text,
            " looks like a placeholder, and is taken for a host's name: put the real name, address "
            "or block in its place",
            warnings);
    return entry->has_brackets ? no_proxy_warn_brackets(warnings) : 0;
}
