/* SPDX-License-Identifier: MIT */
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
#include "lib/lines.h"
#include "lib/url.h"

#define SLICE       "ec2bootstrap.slice"
#define RESOLV_CONF "/etc/resolv.conf"
#define NAME_SERVER "nameserver"

enum { FILE_SIZE_MAX = 4096 }; /* what is beyond it is not read */

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

static bool is_allowed(const struct address *address)
{
    struct address allowed;
    for (size_t i = 0; i < ELEMENTSOF(slice_addresses); i++)
        if (address_parse(slice_addresses[i], &allowed) == 0 && address_contains(&allowed, address))
            return true;
    return false;
}

bool slice_allows(const char *endpoint)
{
    struct address address;
    return address_of(endpoint, &address) == 0 && is_allowed(&address);
}

/* The address of a line of resolv.conf(5). False when it has none. */
static bool parse_name_server(const struct line *line, struct address *ret)
{
    char text[ADDRESS_TEXT_MAX];
    struct line word = *line;
    if (!line_begins_with(&word, NAME_SERVER))
        return false;
    line_skip(&word, strlen(NAME_SERVER));
    size_t length = word.length;
    word = line_trim(&word);
    if (word.length == length || word.length >= sizeof(text))
        return false;
    memcpy(text, word.text, word.length);
    text[word.length] = '\0';
    text[strcspn(text, " \t")] = '\0';
    return address_parse(text, ret) == 0;
}

int slice_append_name_servers(const struct buffer *resolv_conf, struct buffer *ret)
{
    struct address address;
    char text[ADDRESS_TEXT_MAX];
    int r = 0;
    for (struct line line = { 0 }; r == 0 && line_next(resolv_conf, &line);) {
        if (!parse_name_server(&line, &address) || is_allowed(&address))
            continue;
        address_format(&address, text);
        r = buffer_printf(ret, " %s", text);
    }
    return r;
}

static int slice_read(const char *path, struct buffer *ret)
{
    char text[FILE_SIZE_MAX];
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof(text));
    return length < 0 ? -errno : buffer_append(ret, text, (size_t) length);
}

/* What has to be opened for an endpoint: its address, or, where it is a name, also the name
 * servers. 0 or a negative errno. */
static int append_closed(const char *endpoint, struct buffer *ret)
{
    _cleanup_buffer_ struct buffer resolv_conf = { 0 };
    struct address address;
    char text[ADDRESS_TEXT_MAX];
    if (address_of(endpoint, &address) == 0) {
        address_format(&address, text);
        return buffer_append_text(ret, text);
    }
    int r = buffer_append_text(ret, "ADDRESS");
    if (r == 0 && slice_read(RESOLV_CONF, &resolv_conf) == 0)
        r = slice_append_name_servers(&resolv_conf, ret);
    return r;
}

void slice_explain(const char *endpoint, struct error *err)
{
    _cleanup_buffer_ struct buffer cgroup = { 0 }, closed = { 0 };
    if (slice_allows(endpoint) || slice_read("/proc/self/cgroup", &cgroup) < 0 ||
        !slice_has(&cgroup) || append_closed(endpoint, &closed) < 0)
        return;
    error_append(err,
        "; " SLICE " lets this unit reach no address but the metadata service's usual ones and "
        "this machine's own: \"[Slice] IPAddressAllow=%s\", in two lines, in "
        "/etc/systemd/system/" SLICE ".d/endpoint.conf opens %s",
        closed.data,
        strchr(closed.data, ' ') ? "that of the name and the name servers'" : "another one");
}
