/* systemd joins the lists of a slice and of the services in it, which a service alone cannot widen.
 */

#include "setup/slice.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lib/address.h"
#include "lib/array.h"
#include "lib/cleanup.h"
#include "lib/url.h"

#define SLICE "ec2bootstrap.slice"

enum { CGROUP_SIZE_MAX = 4096 };

/* As in that unit: `localhost` is these two. */
static const char *const slice_addresses[] = { "169.254.169.254/32", "fd00:ec2::254/128",
    "127.0.0.0/8", "::1/128" };

bool slice_has(const struct buffer *cgroup)
{
    return cgroup->size > 0 && strstr(cgroup->data, "/" SLICE "/");
}

/* The host of an endpoint, as an address. 0 or a negative errno. */
static int address_of(const char *endpoint, struct address *ret)
{
    const char *reason;
    _cleanup_url_ struct url url = { 0 };
    int r = url_parse(endpoint, &url, &reason);
    return r < 0 ? r : address_parse(url.host, ret);
}

bool slice_allows(const char *endpoint)
{
    struct address address, allowed;
    if (address_of(endpoint, &address) < 0)
        return false;
    for (size_t i = 0; i < ELEMENTSOF(slice_addresses); i++)
        if (address_parse(slice_addresses[i], &allowed) == 0 &&
            address_contains(&allowed, &address))
            return true;
    return false;
}

static int read_cgroup(struct buffer *ret)
{
    char text[CGROUP_SIZE_MAX];
    _cleanup_close_ int fd = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof(text));
    return length < 0 ? -errno : buffer_append(ret, text, (size_t) length);
}

void slice_explain(const char *endpoint, struct error *err)
{
    _cleanup_buffer_ struct buffer cgroup = { 0 };
    struct address address;
    char text[ADDRESS_TEXT_MAX] = "ADDRESS";
    if (slice_allows(endpoint) || read_cgroup(&cgroup) < 0 || !slice_has(&cgroup))
        return;
    if (address_of(endpoint, &address) == 0)
        address_format(&address, text);
    error_append(err,
        "; " SLICE " lets this unit reach no address but the metadata service's usual ones and "
        "this machine's own: \"[Slice] IPAddressAllow=%s\", in two lines, in "
        "/etc/systemd/system/" SLICE ".d/endpoint.conf opens another one",
        text);
}
