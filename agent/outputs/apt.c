/* SPDX-License-Identifier: MIT */
/* /etc/apt/apt.conf.d/95ec2-bootstrap: apt.conf(5), apt-transport-http(1). */

#include <errno.h>
#include <string.h>

#include "formats/variables.h"
#include "lib/array.h"
#include "lib/memory.h"
#include "outputs/table.h"

static const char *const schemes[] = { "http", "https" };

/* What apt shall use for a scheme. Without a proxy of its own https would get that of http. */
static const char *proxy_of(const struct environment *environment, const char *scheme)
{
    const char *no_proxy = environment_get(environment, VARIABLE_NO_PROXY);
    bool all_direct = no_proxy && strcmp(no_proxy, "*") == 0;
    bool is_http = strcmp(scheme, "http") == 0;
    const char *proxy =
        environment_get(environment, is_http ? VARIABLE_HTTP_PROXY : VARIABLE_HTTPS_PROXY);
    return proxy && !all_direct ? proxy : "DIRECT";
}

/* Whether an entry is a host by itself, which apt.conf can name: a name or an IPv4 address. The
 * colons of IPv6 addresses separate apt's names. For the rest apt reads no_proxy. */
static bool is_host(const char *entry, size_t length)
{
    return length > 0 && *entry != '.' && strcspn(entry, "*/:") >= length;
}

static int append_hosts(const char *no_proxy, const char *scheme, struct buffer *ret)
{
    int r = 0;
    for (const char *entry = no_proxy; r == 0 && entry && *entry;) {
        int length = (int) strcspn(entry, ",");
        if (is_host(entry, (size_t) length))
            r = buffer_printf(ret, "Acquire::%s::Proxy::%.*s \"DIRECT\";\n", scheme, length, entry);
        entry += length + (entry[length] == ',');
    }
    return r;
}

static int apt_body(const struct environment *environment, struct buffer *ret)
{
    if (!environment_proxy(environment))
        return 0;
    for (size_t i = 0; i < ELEMENTSOF(schemes); i++) {
        const char *proxy = proxy_of(environment, schemes[i]);
        int r = buffer_printf(ret, "Acquire::%s::Proxy \"%s\";\n", schemes[i], proxy);
        if (r == 0 && strcmp(proxy, "DIRECT") != 0)
            r = append_hosts(environment_get(environment, VARIABLE_NO_PROXY), schemes[i], ret);
        if (r < 0)
            return r;
    }
    return 0;
}

static int apt_verify(
    const struct environment *environment, const struct content *content, struct error *err)
{
    if (!environment_proxy(environment))
        return 0;
    for (size_t i = 0; i < ELEMENTSOF(schemes); i++) {
        _cleanup_mem_ char *value = NULL;
        int r =
            variables_get(&content->bytes, "Acquire::", schemes[i], "::Proxy \"", "\";", &value);
        if (r == -ENOMEM)
            return error_no_memory(err);
        if (r < 0 || strcmp(value, proxy_of(environment, schemes[i])) != 0)
            return error_set(err, EX_IOERR, -EBADMSG,
                "apt would not read Acquire::%s::Proxy as it was meant", schemes[i]);
    }
    return 0;
}

/* Every user who calls apt reads it. */
const struct output apt_output = { .name = "apt",
    .files = { { .path = "/etc/apt/apt.conf.d/95ec2-bootstrap",
        .only_proxy = true,
        .mode = 0644,
        .consumers = LIST("/etc/apt/apt.conf.d"),
        .body = apt_body,
        .verify = apt_verify } } };
