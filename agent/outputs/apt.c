/* /etc/apt/apt.conf.d/95ec2-bootstrap: apt.conf(5), apt-transport-http(1). */

#include <errno.h>
#include <string.h>

#include "formats/variables.h"
#include "lib/array.h"
#include "lib/memory.h"
#include "lib/strings.h"
#include "outputs/table.h"
#include "proxy/no_proxy_entry.h"

static const char *const schemes[] = { "http", "https" };

/* What apt shall use for a scheme. Without a proxy of its own https would get that of http. */
static const char *proxy_of(const struct proxy_values *values, const char *scheme)
{
    bool all_direct = values->no_proxy && strcmp(values->no_proxy, "*") == 0;
    const char *proxy = strcmp(scheme, "http") == 0 ? values->http : values->https;
    return proxy && !all_direct ? proxy : "DIRECT";
}

/* Whether an entry is a host by itself, which apt.conf can name: a name or an IPv4 address. The
 * colons of IPv6 addresses separate apt's names. For the rest apt reads no_proxy. */
static bool is_host(const char *entry)
{
    return *entry != '.' && strpbrk(entry, "*/:[") == NULL;
}

static int append_hosts(const struct strings *entries, const char *scheme, struct buffer *ret)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < entries->count; i++)
        if (is_host(entries->items[i]))
            r = buffer_printf(
                ret, "Acquire::%s::Proxy::%s \"DIRECT\";\n", scheme, entries->items[i]);
    return r;
}

static int apt_body(const struct proxy_values *values, struct buffer *ret)
{
    _cleanup_strings_ struct strings entries = { 0 };
    int r = values->no_proxy ? no_proxy_split(values->no_proxy, &entries) : 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(schemes); i++) {
        const char *proxy = proxy_of(values, schemes[i]);
        r = buffer_printf(ret, "Acquire::%s::Proxy \"%s\";\n", schemes[i], proxy);
        if (r == 0 && strcmp(proxy, "DIRECT") != 0)
            r = append_hosts(&entries, schemes[i], ret);
    }
    return r;
}

static int apt_verify(
    const struct proxy_values *values, const struct content *content, struct error *err)
{
    for (size_t i = 0; i < ELEMENTSOF(schemes); i++) {
        _cleanup_mem_ char *value = NULL;
        int r =
            variables_get(&content->bytes, "Acquire::", schemes[i], "::Proxy \"", "\";", &value);
        if (r == -ENOMEM)
            return error_no_memory(err);
        if (r < 0 || strcmp(value, proxy_of(values, schemes[i])) != 0)
            return error_set(err, EX_IOERR, -EBADMSG,
                "apt would not read Acquire::%s::Proxy as it was meant", schemes[i]);
    }
    return 0;
}

/* Every user who calls apt reads it. */
const struct output apt_output = { "apt", { { .path = "/etc/apt/apt.conf.d/95ec2-bootstrap",
                                              .mode = 0644,
                                              .consumers = LIST("/etc/apt/apt.conf.d"),
                                              .body = apt_body,
                                              .verify = apt_verify } } };
