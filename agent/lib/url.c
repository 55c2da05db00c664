/* SPDX-License-Identifier: MIT */
/* libcurl's URL parser, with the same strictness in every version of libcurl. */

#include "lib/url.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "lib/array.h"
#include "lib/ascii.h"
#include "lib/memory.h"

enum { HOST_MAX = 253, LABEL_MAX = 63 }; /* RFC 1035, section 2.3.4 */

static const char *reason_of(CURLUcode code)
{
    static const struct {
        CURLUcode code;
        const char *reason;
    } reasons[] = {
        { CURLUE_BAD_PORT_NUMBER, "the port is not a number from 1 to 65535" },
        { CURLUE_NO_HOST, "it has no host" },
        { CURLUE_URLDECODE, "a %-escape in it stands for a control character" },
        { CURLUE_UNSUPPORTED_SCHEME, "its scheme is not known" },
    };
    for (size_t i = 0; i < ELEMENTSOF(reasons); i++)
        if (reasons[i].code == code)
            return reasons[i].reason;
    return "it does not parse as a URL";
}

static bool has_blank_or_control(const char *text)
{
    for (; *text; text++)
        if ((unsigned char) *text <= ' ' || *text == 0x7f)
            return true;
    return false;
}

static bool is_dns_name(const char *host)
{
    size_t length = strlen(host), label = 0;
    for (size_t i = 0; i < length; i++) {
        if (host[i] == '.' && label == 0)
            return false;
        label = host[i] == '.' ? 0 : label + 1;
        if (label > LABEL_MAX ||
            (host[i] != '.' && !isalnum((unsigned char) host[i]) && !strchr("-_", host[i])))
            return false;
    }
    return length > 0 && length <= HOST_MAX;
}

/* Takes the brackets off. */
static bool unbracket(char *host)
{
    size_t length = strlen(host);
    if (length < 2 || host[length - 1] != ']')
        return false;
    host[length - 1] = '\0';
    memmove(host, host + 1, length - 1);
    struct in6_addr address;
    return inet_pton(AF_INET6, host, &address) == 1;
}

/* Copies a part out of libcurl's hands; one that is not there leaves NULL. */
static CURLUcode get_part(CURLU *handle, CURLUPart part, unsigned int flags, char **ret)
{
    char *value = NULL;
    CURLUcode code = curl_url_get(handle, part, &value, flags);
    if (code == CURLUE_OK) {
        *ret = mem_strdup(value);
        curl_free(value);
        return *ret ? CURLUE_OK : CURLUE_OUT_OF_MEMORY;
    }
    bool absent = code == CURLUE_NO_USER || code == CURLUE_NO_PASSWORD || code == CURLUE_NO_PORT ||
                  code == CURLUE_NO_QUERY || code == CURLUE_NO_FRAGMENT;
    return absent ? CURLUE_OK : code;
}

static CURLUcode url_split(CURLU *handle, const char *text, struct url *url)
{
    const struct {
        CURLUPart part;
        unsigned int flags;
        char **ret;
    } parts[] = {
        { CURLUPART_SCHEME, 0, &url->scheme },
        { CURLUPART_USER, CURLU_URLDECODE, &url->user },
        { CURLUPART_PASSWORD, CURLU_URLDECODE, &url->password },
        { CURLUPART_HOST, 0, &url->host },
        { CURLUPART_PORT, 0, &url->port },
        { CURLUPART_PATH, 0, &url->path },
        { CURLUPART_QUERY, 0, &url->query },
        { CURLUPART_FRAGMENT, 0, &url->fragment },
    };
    CURLUcode code = curl_url_set(handle, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME);
    for (size_t i = 0; code == CURLUE_OK && i < ELEMENTSOF(parts); i++)
        code = get_part(handle, parts[i].part, parts[i].flags, parts[i].ret);
    return code;
}

/* A name whose last label is a number is taken for an IPv4 address by every resolver. */
static bool is_ipv4_or_name(const char *host)
{
    const char *last = strrchr(host, '.');
    last = last ? last + 1 : host;
    bool number = *last && last[strspn(last, "0123456789")] == '\0';
    struct in_addr address;
    return !number || inet_pton(AF_INET, host, &address) == 1;
}

static const char *check_host(struct url *url)
{
    if (!url->host || !*url->host)
        return "it has no host";
    ascii_lower(url->host);
    if (*url->host == '[')
        return unbracket(url->host) ? NULL : "its IPv6 address is not valid";
    if (!is_dns_name(url->host))
        return "its host is neither a DNS name nor an IP address";
    return is_ipv4_or_name(url->host) ? NULL : "its IPv4 address is not valid";
}

/* libcurl lets some control characters through in their escaped form. */
static bool url_has_control(const char *text)
{
    for (; text && *text; text++)
        if (iscntrl((unsigned char) *text))
            return true;
    return false;
}

/* A scoped address (fe80::1%eth0) means something on one machine only. */
static bool has_zone(CURLU *handle)
{
    char *zone = NULL;
    bool found = curl_url_get(handle, CURLUPART_ZONEID, &zone, 0) == CURLUE_OK;
    curl_free(zone);
    return found;
}

static const char *check_port(const struct url *url)
{
    /* Some versions of libcurl let port 0 through. */
    return url->port && strtol(url->port, NULL, 10) == 0 ? reason_of(CURLUE_BAD_PORT_NUMBER) : NULL;
}

int url_parse(const char *text, struct url *ret, const char **ret_reason)
{
    if (has_blank_or_control(text)) {
        *ret_reason = "it has a blank or a control character in it";
        return -EINVAL;
    }
    _cleanup_url_ struct url url = { 0 };
    mem_forget_failure();
    CURLU *handle = curl_url();
    CURLUcode code = handle ? url_split(handle, text, &url) : CURLUE_OUT_OF_MEMORY;
    bool zone = code == CURLUE_OK && has_zone(handle);
    curl_url_cleanup(handle);
    if (code == CURLUE_OUT_OF_MEMORY || mem_has_failed()) { /* libcurl also calls it a bad URL */
        *ret_reason = "out of memory";
        return -ENOMEM;
    }
    *ret_reason = code == CURLUE_OK ? check_host(&url) : reason_of(code);
    if (!*ret_reason)
        *ret_reason = url_has_control(url.user) || url_has_control(url.password)
                          ? reason_of(CURLUE_URLDECODE)
                      : zone ? "its IPv6 address has a zone"
                             : check_port(&url);
    if (*ret_reason)
        return -EINVAL;
    *ret = url;
    url = (struct url){ 0 };
    return 0;
}

int url_append_escaped(struct buffer *ret, const char *text)
{
    int r = 0;
    for (const char *p = text; *p && r == 0; p++)
        r = isalnum((unsigned char) *p) || strchr("-._~", *p)
                ? buffer_append(ret, p, 1)
                : buffer_printf(ret, "%%%02X", (unsigned int) (unsigned char) *p);
    return r;
}

int url_append_host(struct buffer *ret, const char *host)
{
    return strchr(host, ':') ? buffer_printf(ret, "[%s]", host) : buffer_append_text(ret, host);
}

void url_free(struct url *url)
{
    char **parts[] = { &url->scheme, &url->user, &url->password, &url->host, &url->port, &url->path,
        &url->query, &url->fragment };
    for (size_t i = 0; i < ELEMENTSOF(parts); i++) {
        mem_free(*parts[i]);
        *parts[i] = NULL;
    }
}

int url_append_addresses(const char *port, const struct strings *addresses, struct buffer *ret)
{
    int r = buffer_printf(ret, "*:%s:", port);
    for (size_t i = 0; r == 0 && i < addresses->count; i++) {
        if (i > 0)
            r = buffer_append_text(ret, ",");
        if (r == 0)
            r = url_append_host(ret, addresses->items[i]);
    }
    return r;
}
