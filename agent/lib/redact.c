/* SPDX-License-Identifier: MIT */
/* A login ends at the last '@', because passwords have '@', '/' and '#' in them before they are
 * encoded. Where it begins is not known from its characters: a password can have any, also those of
 * a scheme or a key. So all is hidden that is not known to stand in front of it. */

#include "lib/redact.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/array.h"
#include "lib/ascii.h"
#include "lib/escaped.h"
#include "lib/redact_line.h"

static const char hidden[] = "***";

const char *redact_find_login_end(const char *text, size_t length)
{
    for (size_t i = length; i-- > 0;)
        if (escaped_length(text + i, length - i, '@') > 0) {
            while (i > 0 && text[i] == '\\' && text[i - 1] == '\\' &&
                   escaped_length(text + i - 1, length - i + 1, '@') > 0)
                i--;
            return text + i;
        }
    return NULL;
}

/* The bytes of these characters, each escaped or not, that the text begins with; 0: others. */
static size_t signs_length(const char *text, size_t length, const char *signs)
{
    size_t used = 0;
    for (const char *sign = signs; *sign; sign++) {
        size_t sign_length = escaped_length(text + used, length - used, *sign);
        if (sign_length == 0)
            return 0;
        used += sign_length;
    }
    return used;
}

size_t redact_scheme_length(const char *text, size_t length)
{
    static const char *const schemes[] = { "http", "https", "socks", "socks4", "socks4a", "socks5",
        "socks5h", "ftp" };
    for (size_t i = 0; i < ELEMENTSOF(schemes); i++) {
        size_t used = strlen(schemes[i]);
        if (length < used || strncasecmp(text, schemes[i], used) != 0)
            continue;
        size_t signs = signs_length(text + used, length - used, "://");
        if (signs > 0)
            return used + signs;
    }
    return 0;
}

/* What can only be an IPv6 address or block, or a failed attempt at one, with a port behind it. */
static bool is_like_ipv6(const char *text)
{
    const char *colon = strchr(text, ':');
    return (*text == '[' || (colon && strchr(colon + 1, ':'))) &&
           text[strspn(text, "0123456789abcdefABCDEF:.[]/")] == '\0';
}

size_t redact_port_length(const char *text)
{
    enum { DIGITS_MAX = 5 };
    size_t digits = strspn(text, "0123456789");
    return digits <= DIGITS_MAX ? digits + strspn(text + digits, "/") : 0;
}

/* The bytes of a host with its port that the text begins with, of a name that stands for one, or of
 * a path. Behind a colon is a port only where that ends the text. */
static size_t host_length(const char *text)
{
    size_t length = strspn(text, "$<{");
    length += strspn(text + length, ASCII_ALNUM "-._*/");
    length += strspn(text + length, ">}");
    if (text[length] != ':')
        return length;
    size_t port = redact_port_length(text + ++length);
    return text[length + port] ? length : length + port;
}

/* Where the host and port end that the text is; where the host ends, with its colon, when no port
 * follows; the beginning when that is no host. */
static const char *find_host_end(const char *text)
{
    size_t length = host_length(text);
    bool is_whole = text[length] == '\0' || (length > 0 && text[length - 1] == ':');
    return is_whole ? text + length : text;
}

/* Where what stands behind a login ends: its beginning when it is no host with a port at most and
 * can be the rest of a password. */
static const char *find_end_behind_login(const char *text)
{
    size_t length = host_length(text), name = strcspn(text, "/");
    bool is_host = text[length] == '\0' && text[name + strspn(text + name, "/")] == '\0';
    return is_host ? text + length : text;
}

/* Where a colon, also one that is escaped, can stand in front of a password; NULL: nowhere. */
static const char *find_colon(const char *text)
{
    size_t address = *text == '[' ? strspn(text, "[0123456789abcdefABCDEF:.") : 0;
    const char *end = text + strlen(text), *p = text + (text[address] == ']' ? address : 0);
    while (p < end && escaped_length(p, (size_t) (end - p), ':') == 0)
        p++;
    if (p == end || *p != ':')
        return p < end ? p : NULL;
    return p[1 + redact_port_length(p + 1)] ? p + 1 : NULL;
}

/* Appends a value, in which only hosts stand in sight where it `is_url`. */
static int redact_any(const char *value, bool is_url, struct buffer *ret)
{
    size_t scheme = redact_scheme_length(value, strlen(value));
    const char *login = value + scheme, *at = redact_find_login_end(login, strlen(login));
    const char *host = login;
    if (buffer_append(ret, value, scheme) < 0)
        return -ENOMEM;
    if (at) {
        host = at + escaped_length(at, strlen(at), '@');
        if (buffer_append_text(ret, hidden) < 0 || buffer_append(ret, at, (size_t) (host - at)) < 0)
            return -ENOMEM;
    }
    if (is_like_ipv6(host))
        return buffer_append_text(ret, host);
    const char *end = at       ? find_end_behind_login(host)
                      : is_url ? find_host_end(host)
                               : find_colon(host);
    if (!end || !*end)
        return buffer_append_text(ret, host);
    int r = buffer_append(ret, host, (size_t) (end - host));
    return r < 0 ? r : buffer_append_text(ret, hidden);
}

int redact_value(const char *value, struct buffer *ret)
{
    return redact_any(value, false, ret);
}

void redact_find_in_list(const char *list, size_t *ret_start, size_t *ret_end)
{
    static const char separators[] = ",;" ASCII_WHITE;
    const char *at = redact_find_login_end(list, strlen(list)), *start = list;
    *ret_start = *ret_end = at ? (size_t) (at - list) : 0;
    if (!at)
        return;
    /* Names and addresses in front of it are no part of it. */
    while (start < at) {
        size_t plain = strspn(start, ASCII_ALNUM "-._*/");
        if (!strchr(separators, start[plain]))
            break;
        start += plain + strspn(start + plain, separators);
    }
    *ret_start = (size_t) ((start < at ? start : at) - list);
}

int redact_list(const char *list, struct buffer *ret)
{
    size_t start = 0, end = 0;
    redact_find_in_list(list, &start, &end);
    if (buffer_append(ret, list, start) < 0 || (end > start && buffer_append_text(ret, hidden) < 0))
        return -ENOMEM;
    return buffer_append_text(ret, list + end);
}

static const char *redact_any_to(const char *value, bool is_url, char text[static REDACTED_MAX])
{
    _cleanup_buffer_ struct buffer shown = { 0 };
    bool ok = redact_any(value, is_url, &shown) == 0 && buffer_append(&shown, "", 0) == 0;
    (void) snprintf(text, REDACTED_MAX, "%s", ok ? shown.data : hidden);
    return text;
}

const char *redact_to(const char *value, char text[static REDACTED_MAX])
{
    return redact_any_to(value, false, text);
}

const char *redact_url_to(const char *value, char text[static REDACTED_MAX])
{
    return redact_any_to(value, true, text);
}

const char *redact_name_to(const char *name, char text[static REDACTED_MAX])
{
    bool is_name = name[strspn(name, "abcdefghijklmnopqrstuvwxyz-_.")] == '\0';
    (void) snprintf(text, REDACTED_MAX, "%s", is_name ? name : hidden);
    return text;
}

const char *redact_path_to(const char *path, char text[static REDACTED_MAX])
{
    bool is_path =
        *path == '/' && strchr(path + 1, '/') && !path[strspn(path, ASCII_ALNUM "/._-@")];
    (void) snprintf(text, REDACTED_MAX, "%s", is_path ? path : "/***");
    return text;
}
