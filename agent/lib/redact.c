/* A login ends at the last '@', because passwords have '@', '/' and '#' in them before they are
 * encoded. */

#include "lib/redact.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/array.h"
#include "lib/lines.h"

/* Whether the colon is that of "http://", "https://" or "socks5://". */
static bool is_of_scheme(const char *line, const char *colon, const char *end)
{
    static const char *const schemes[] = { "http", "https", "socks", "socks4", "socks4a", "socks5",
        "socks5h" };
    if (end - colon < 3 || memcmp(colon, "://", 3) != 0)
        return false;
    for (size_t i = 0; i < ELEMENTSOF(schemes); i++) {
        size_t length = strlen(schemes[i]);
        if ((size_t) (colon - line) >= length &&
            strncasecmp(colon - length, schemes[i], length) == 0)
            return true;
    }
    return false;
}

/* The first colon of the line behind which a password can stand: neither that of a scheme nor one
 * that a blank follows, as in prose. */
static const char *find_colon(const char *line, const char *end)
{
    for (const char *p = line; p < end; p++) {
        if (*p != ':' || is_of_scheme(line, p, end))
            continue;
        if (p + 1 == end || p[1] != ' ')
            return p;
    }
    return NULL;
}

/* Where a login can begin: behind the scheme of a URL that begins a value, else with the line. */
static const char *find_login(const char *line, const char *end)
{
    for (const char *p = line; p < end; p++) {
        if (*p != ':' || !is_of_scheme(line, p, end))
            continue;
        const char *scheme = p;
        while (scheme > line && isalnum((unsigned char) scheme[-1]))
            scheme--;
        if (scheme == line || strchr("\"'= \t+", scheme[-1]))
            return p + strlen("://");
    }
    return line;
}

static int redact_line(const char *line, size_t length, struct buffer *ret)
{
    const char *at = memrchr(line, '@', length);
    const char *colon = at ? find_colon(find_login(line, at), at) : NULL;
    if (!colon)
        return buffer_append(ret, line, length);
    if (buffer_append(ret, line, (size_t) (colon + 1 - line)) < 0 ||
        buffer_append_text(ret, "***") < 0)
        return -ENOMEM;
    return buffer_append(ret, at, length - (size_t) (at - line));
}

/* The value behind a word such as "password", which can be a part of a longer key; NULL when none
 * follows. */
static const char *value_behind(const char *word, size_t length, const char *p, const char *end)
{
    if ((size_t) (end - p) < length || strncasecmp(p, word, length) != 0)
        return NULL;
    p += length;
    while (p < end && (isalnum((unsigned char) *p) || strchr("_-\"' \t", *p)))
        p++;
    return p < end && (*p == '=' || *p == ':') ? p + 1 : NULL;
}

/* Where the value begins that a line gives to a key such as "password"; its end when it gives none.
 */
static const char *find_secret(const char *line, const char *end)
{
    static const char *const words[] = { "pass", "pwd", "secret", "token", "auth", "cred", "key" };
    static const char public[] = "gpgkey"; /* of dnf: where a public key is */
    for (const char *p = line; p < end; p++) {
        if ((size_t) (end - p) > strlen(public) && strncasecmp(p, public, strlen(public)) == 0)
            p += strlen(public);
        for (size_t i = 0; i < ELEMENTSOF(words); i++) {
            const char *value = value_behind(words[i], strlen(words[i]), p, end);
            if (value)
                return value;
        }
    }
    return end;
}

static int redact_text_line(const char *line, size_t length, struct buffer *ret)
{
    const char *end = line + length, *secret = find_secret(line, end);
    const char *at = memrchr(line, '@', length);
    const char *colon = at ? find_colon(find_login(line, at), at) : NULL;
    if (secret == end || (colon && colon < secret))
        return redact_line(line, length, ret);
    int r = buffer_append(ret, line, (size_t) (secret - line));
    return r < 0 ? r : buffer_append_text(ret, "***");
}

int redact_text(const struct buffer *text, struct buffer *ret)
{
    int r = 0;
    for (struct line line = { 0 }; r == 0 && line_next(text, &line);) {
        r = redact_text_line(line.text, line.length, ret);
        if (r == 0 && line.has_newline)
            r = buffer_append_text(ret, "\n");
    }
    return r;
}

/* What can only be an IPv6 address or block, or a failed attempt at one, with a port behind it. */
static bool is_like_ipv6(const char *text)
{
    const char *colon = strchr(text, ':');
    return colon && strchr(colon + 1, ':') &&
           text[strspn(text, "0123456789abcdefABCDEF:.[]/")] == '\0';
}

/* Appends what has no '@' to end a login: what looks like a port may still be a password. */
static int redact_without_login(const char *value, struct buffer *ret)
{
    const char *colon = strchr(value, ':');
    bool is_port = colon && colon[1 + strspn(colon + 1, "0123456789/")] == '\0';
    if (!colon || *value == '[' || is_port || is_like_ipv6(value))
        return buffer_append_text(ret, value);
    int r = buffer_append(ret, value, (size_t) (colon + 1 - value));
    return r < 0 ? r : buffer_append_text(ret, "***");
}

int redact_value(const char *value, struct buffer *ret)
{
    const char *scheme = strstr(value, "://");
    if (scheme && scheme == strchr(value, ':')) {
        int r = buffer_append(ret, value, (size_t) (scheme + 3 - value));
        if (r < 0)
            return r;
        value = scheme + 3;
    }
    return strchr(value, '@') ? redact_line(value, strlen(value), ret)
                              : redact_without_login(value, ret);
}

const char *redact_to(const char *value, char text[static REDACTED_MAX])
{
    _cleanup_buffer_ struct buffer shown = { 0 };
    bool ok = redact_value(value, &shown) == 0;
    (void) snprintf(text, REDACTED_MAX, "%s", ok && shown.data ? shown.data : "***");
    return text;
}
