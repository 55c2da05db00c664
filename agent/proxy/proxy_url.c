/* SPDX-License-Identifier: MIT */
/* Parsing with libcurl's URL API (lib/url.h), and the canonical form. */

#include "proxy/proxy_url.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/array.h"
#include "lib/ascii.h"
#include "lib/memory.h"
#include "lib/redact.h"
#include "lib/url.h"
#include "proxy/no_proxy.h"

static const char ntlm_advice[] =
    "a login of the form DOMAIN\\user belongs to NTLM, which AWS tools do not support: use a relay "
    "that authenticates for you, such as Cntlm, and give its address here";

static const struct {
    const char *scheme;
    unsigned int port;
    const char *warning; /* or NULL */
} schemes[] = {
    { "http", 80, NULL },
    { "https", 443,
        "an https:// proxy cannot be used by wget, Python's urllib and aiohttp, and older .NET: "
        "give "
        "its http:// address, if it has one" },
};

static int find_scheme(const char *scheme)
{
    for (size_t i = 0; i < ELEMENTSOF(schemes); i++)
        if (strcmp(schemes[i].scheme, scheme) == 0)
            return (int) i;
    return -1;
}

/* What people write where they want no proxy. */
static bool is_word_for_none(const char *host)
{
    static const char *const words[] = { "direct", "none", "null", "nil", "no", "false", "off" };
    for (size_t i = 0; i < ELEMENTSOF(words); i++)
        if (strcasecmp(host, words[i]) == 0)
            return true;
    return false;
}

/* What is always reached directly is no proxy; but a relay can run on this machine. */
static bool is_metadata_service(const char *host)
{
    return no_proxy_is_always(host) && strcmp(host, "localhost") != 0 &&
           strcmp(host, "127.0.0.1") != 0;
}

static const char *proxy_url_check(const struct url *url)
{
    if (strncmp(url->scheme, "socks", strlen("socks")) == 0)
        return "SOCKS proxies are not supported: give the address of an HTTP proxy";
    if (find_scheme(url->scheme) < 0)
        return "its scheme is neither http nor https: write it as http://HOST:PORT";
    if (url->query || url->fragment || strcmp(url->path, "/") != 0)
        return "nothing may follow the host and port: write it as http://HOST:PORT";
    if (url->user && strchr(url->user, '\\'))
        return ntlm_advice;
    if (url->password && !(url->user && *url->user))
        return "it has a password without a user name: write both, or none";
    if (!url->port && is_word_for_none(url->host))
        return "it is no proxy: to go direct, leave the key out";
    if (is_metadata_service(url->host))
        return "it is the metadata service, not a proxy: give the proxy's address";
    return NULL;
}

static int proxy_url_refuse(const char *text, const char *reason, struct error *err)
{
    char shown[REDACTED_MAX];
    return error_set(
        err, EX_CONFIG, -EINVAL, "proxy URL \"%s\": %s", redact_url_to(text, shown), reason);
}

/* What a URL's reader takes for the end of the login, or for no part of a URL. */
static const struct {
    char raw;
    const char *shown, *encoded;
} reserved[] = {
    { '@', "@", "%40" },
    { '/', "/", "%2F" },
    { '#', "#", "%23" },
    { '?', "?", "%3F" },
    { ' ', "a blank", "%20" },
};

/* Says how to write a login that somebody has put in as it is. It ends at the last '@'. 0 and *ret,
 * empty when the login is not to blame; or -ENOMEM. */
static int explain_login(const char *text, struct buffer *ret)
{
    const char *scheme = strstr(text, "://"), *login = scheme ? scheme + 3 : text;
    const char *end = strrchr(login, '@');
    size_t length = end ? (size_t) (end - login) : 0;
    int r = 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(reserved); i++)
        if (length > 0 && memchr(login, reserved[i].raw, length))
            r = buffer_printf(ret, "%s %s as %s",
                ret->size > 0 ? "," : "its login has to be percent-encoded: write",
                reserved[i].shown, reserved[i].encoded);
    return r;
}

/* What to write instead of a text that is no URL. */
static const char *hint_for(const char *text)
{
    const char *scheme = strstr(text, "://"), *at = strrchr(text, '@');
    const char *host = at ? at + 1 : scheme ? scheme + 3 : text, *colon = strchr(host, ':');
    if (strpbrk(text, "$<{"))
        return "put the real value in the place of the placeholder";
    if (strchr(text, ','))
        return "name one proxy";
    if (*host != '[' && colon && strchr(colon + 1, ':'))
        return "write an IPv6 address as http://[ADDRESS]:PORT";
    return "write it as http://HOST:PORT";
}

/* `is_parsed`: the reason comes with its advice. */
static int refuse_text(const char *text, const char *reason, bool is_parsed, struct error *err)
{
    _cleanup_buffer_ struct buffer advice = { 0 };
    if (explain_login(text, &advice) < 0)
        return error_no_memory(err);
    if (reason == ntlm_advice || (is_parsed && advice.size == 0))
        return proxy_url_refuse(text, reason, err);
    if (advice.size == 0 && buffer_printf(&advice, "%s: %s", reason, hint_for(text)) < 0)
        return error_no_memory(err);
    return proxy_url_refuse(text, advice.data, err);
}

bool proxy_host_is_placeholder(const char *host)
{
    return strchr(host, '_') && !strchr(host, '.');
}

int proxy_url_warn(const struct proxy_url *url, struct strings *warnings)
{
    const char *warning = schemes[find_scheme(url->scheme)].warning;
    if (!url->has_port &&
        strings_printf(warnings,
            "the proxy URL of %s names no port: %u is used, where some clients would guess "
            "another: write the port",
            url->host, url->port) < 0)
        return -ENOMEM;
    if (proxy_host_is_placeholder(url->host) && strings_printf(warnings,
                                                    "the proxy's host %s looks like a placeholder: "
                                                    "put the real name or address in its place",
                                                    url->host) < 0)
        return -ENOMEM;
    return warning ? strings_add_unique(warnings, warning) : 0;
}

int proxy_url_parse(const char *text, struct proxy_url *ret, struct error *err)
{
    _cleanup_buffer_ struct buffer full = { 0 };
    if (buffer_printf(&full, "%s%s", strstr(text, "://") ? "" : "http://", text) < 0)
        return error_no_memory(err);
    _cleanup_url_ struct url url = { 0 };
    const char *reason = NULL;
    int r = url_parse(full.data, &url, &reason);
    if (r == -ENOMEM)
        return error_no_memory(err);
    if (r == 0)
        reason = proxy_url_check(&url);
    if (reason)
        return refuse_text(text, reason, r == 0, err);

    char *copy = mem_strdup(text);
    if (!copy)
        return error_no_memory(err);
    *ret = (struct proxy_url){ .text = copy,
        .scheme = TAKE_PTR(url.scheme),
        .user = TAKE_PTR(url.user),
        .password = TAKE_PTR(url.password),
        .host = TAKE_PTR(url.host),
        .port = url.port ? (unsigned int) strtoul(url.port, NULL, 10) : 0,
        .has_port = url.port != NULL };
    if (!ret->has_port)
        ret->port = schemes[find_scheme(ret->scheme)].port;
    return 0;
}

int proxy_url_check_user(const char *user, struct error *err)
{
    if (strchr(user, '\\'))
        return error_set(err, EX_CONFIG, -EINVAL, "%s", ntlm_advice);
    if (ascii_has_control(user))
        return error_set(err, EX_CONFIG, -EINVAL, "it has a control character in it");
    if (!*user)
        return error_set(err, EX_CONFIG, -EINVAL, "it is empty");
    return 0;
}

static int append_login(struct buffer *buffer, const struct proxy_url *url)
{
    if (!url->user)
        return 0;
    if (url_append_escaped(buffer, url->user) < 0)
        return -ENOMEM;
    if (url->password &&
        (buffer_append_text(buffer, ":") < 0 || url_append_escaped(buffer, url->password) < 0))
        return -ENOMEM;
    return buffer_append_text(buffer, "@");
}

char *proxy_url_format(const struct proxy_url *url)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    if (buffer_printf(&text, "%s://", url->scheme) < 0 || append_login(&text, url) < 0 ||
        url_append_host(&text, url->host) < 0 || buffer_printf(&text, ":%u", url->port) < 0)
        return NULL;
    return buffer_take(&text);
}

void proxy_url_free(struct proxy_url *url)
{
    mem_free(url->text);
    mem_free(url->origin);
    mem_free(url->scheme);
    mem_free(url->user);
    mem_free(url->password);
    mem_free(url->host);
    *url = (struct proxy_url){ 0 };
}
