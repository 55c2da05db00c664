/* libcurl says whether the URL is one; the host is taken from its text, because libcurl shortens
 * IPv6 addresses and some clients do not. */

#include "proxy/target.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/secret.h"
#include "base/url.h"

static char *host_as_written(const char *url)
{
    const char *host = strstr(url, "://") + 3;
    size_t length = strcspn(host, "/?#");
    const char *at = memrchr(host, '@', length);
    if (at)
        host = at + 1;
    bool brackets = *host == '[';
    return secret_strndup(host + brackets, strcspn(host + brackets, brackets ? "]" : ":/?#"));
}

unsigned int target_default_port(const struct target *target)
{
    return strcmp(target->scheme, "https") == 0 ? 443 : 80;
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
    struct target target = { .scheme = TAKE_PTR(parts.scheme),
        .host = host_as_written(url),
        .host_as_written = host_as_written(url) };
    if (!target.host || !target.host_as_written) {
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
    *ret = target;
    return 0;
}

void target_free(struct target *target)
{
    secret_free(target->scheme);
    secret_free(target->host);
    secret_free(target->host_as_written);
    *target = (struct target){ 0 };
}
