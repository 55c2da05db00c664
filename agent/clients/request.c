/* libcurl says whether the URL is one; the host is taken from its text, because libcurl shortens
 * IPv6 addresses and some clients do not. */

#include "clients/request.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ascii.h"
#include "lib/memory.h"
#include "lib/url.h"

/* Where the host of a URL begins, behind the login if there is one. */
static const char *find_host(const char *url, bool *ret_has_login)
{
    const char *host = strstr(url, "://") + 3;
    size_t length = strcspn(host, "/?#");
    const char *at = memrchr(host, '@', length);
    *ret_has_login = at != NULL;
    return at ? at + 1 : host;
}

static char *copy_host(const char *host)
{
    bool brackets = *host == '[';
    return secret_strndup(host + brackets, strcspn(host + brackets, brackets ? "]" : ":/?#"));
}

/* Takes host and port from the URL's text. */
static int take_written(const char *url, struct target *target)
{
    const char *host = find_host(url, &target->has_login);
    const char *end = host + (*host == '[' ? strcspn(host, "]") : 0);
    end += strcspn(end, ":/?#");
    target->host = copy_host(host);
    target->host_as_written = copy_host(host);
    if (*end == ':')
        target->port_as_written = secret_strndup(end + 1, strcspn(end + 1, "/?#"));
    bool is_complete =
        target->host && target->host_as_written && (*end != ':' || target->port_as_written);
    return is_complete ? 0 : -ENOMEM;
}

unsigned int target_default_port(const struct target *target)
{
    return strcmp(target->scheme, "https") == 0 ? 443 : 80;
}

static void take_short(struct target *target)
{
    char copy[ADDRESS_TEXT_MAX];
    struct in_addr address;
    size_t length = strlen(target->host);
    bool has_dot = length > 1 && target->host[length - 1] == '.';
    length -= has_dot;
    if (length >= sizeof(copy))
        return;
    memcpy(copy, target->host, length);
    copy[length] = '\0';
    if (inet_aton(copy, &address) == 0)
        return;
    target->is_short = !has_dot;
    target->is_short_dot = has_dot;
    target->address = (struct address){ .family = AF_INET, .prefix = 32 };
    memcpy(target->address.bytes, &address, sizeof(address));
}

int target_parse(const char *url, struct target *ret, const char **ret_reason)
{
    if (strncmp(url + strcspn(url, ":"), "://", 3) != 0) {
        *ret_reason = "it does not begin with http:// or https://";
        return -EINVAL;
    }
    _cleanup_url_ struct url parts = { 0 };
    int r = url_parse(url, &parts, ret_reason);
    if (r < 0)
        return r;
    if (strcmp(parts.scheme, "http") != 0 && strcmp(parts.scheme, "https") != 0) {
        *ret_reason = "its scheme is neither http nor https";
        return -EINVAL;
    }
    struct target target = { .scheme = TAKE_PTR(parts.scheme) };
    if (take_written(url, &target) < 0) {
        target_free(&target);
        return -ENOMEM;
    }
    if (!*target.host) { /* libcurl takes "http:///host" */
        target_free(&target);
        *ret_reason = "it has no host";
        return -EINVAL;
    }
    ascii_lower(target.host);
    target.port_given = parts.port != NULL;
    target.port =
        parts.port ? (unsigned int) strtoul(parts.port, NULL, 10) : target_default_port(&target);
    target.is_address = address_parse(target.host, &target.address) == 0;
    if (!target.is_address)
        take_short(&target);
    *ret = target;
    return 0;
}

void target_free(struct target *target)
{
    secret_free(target->scheme);
    secret_free(target->host);
    secret_free(target->host_as_written);
    secret_free(target->port_as_written);
    *target = (struct target){ 0 };
}
