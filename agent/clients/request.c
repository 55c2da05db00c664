/* SPDX-License-Identifier: MIT */
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
    return mem_strndup(host + brackets, strcspn(host + brackets, brackets ? "]" : ":/?#"));
}

/* Takes host and port from the URL's text. */
static int take_written(const char *url, struct request *request)
{
    const char *host = find_host(url, &request->has_login);
    const char *end = host + (*host == '[' ? strcspn(host, "]") : 0);
    end += strcspn(end, ":/?#");
    request->host = copy_host(host);
    request->host_as_written = copy_host(host);
    if (*end == ':')
        request->port_as_written = mem_strndup(end + 1, strcspn(end + 1, "/?#"));
    bool is_complete =
        request->host && request->host_as_written && (*end != ':' || request->port_as_written);
    return is_complete ? 0 : -ENOMEM;
}

unsigned int request_default_port(const struct request *request)
{
    return strcmp(request->scheme, "https") == 0 ? 443 : 80;
}

static void take_short(struct request *request)
{
    char copy[ADDRESS_TEXT_MAX];
    struct in_addr address;
    size_t length = strlen(request->host);
    bool has_dot = length > 1 && request->host[length - 1] == '.';
    length -= has_dot;
    if (length >= sizeof(copy))
        return;
    memcpy(copy, request->host, length);
    copy[length] = '\0';
    if (inet_aton(copy, &address) == 0)
        return;
    request->is_short = !has_dot;
    request->is_short_dot = has_dot;
    request->address = (struct address){ .family = AF_INET, .prefix = 32 };
    memcpy(request->address.bytes, &address, sizeof(address));
}

int request_parse(const char *url, struct request *ret, const char **ret_reason)
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
    struct request request = { .scheme = TAKE_PTR(parts.scheme) };
    if (take_written(url, &request) < 0) {
        request_free(&request);
        return -ENOMEM;
    }
    if (!*request.host) { /* libcurl takes "http:///host" */
        request_free(&request);
        *ret_reason = "it has no host";
        return -EINVAL;
    }
    ascii_lower(request.host);
    request.port_given = parts.port != NULL;
    request.port =
        parts.port ? (unsigned int) strtoul(parts.port, NULL, 10) : request_default_port(&request);
    request.is_address = address_parse(request.host, &request.address) == 0;
    if (!request.is_address)
        take_short(&request);
    *ret = request;
    return 0;
}

void request_free(struct request *request)
{
    mem_free(request->scheme);
    mem_free(request->host);
    mem_free(request->host_as_written);
    mem_free(request->port_as_written);
    *request = (struct request){ 0 };
}
