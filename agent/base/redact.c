/* A login ends at the last '@', because passwords have '@', '/' and '#' in them before they are
 * encoded. */

#include "base/redact.h"

#include <stdio.h>
#include <string.h>

/* Where the login of a URL in the line may begin: behind "://", else behind the first '='. */
static const char *login_start(const char *line, const char *end)
{
    const char *scheme = memmem(line, (size_t) (end - line), "://", 3);
    if (scheme)
        return scheme + 3;
    const char *equals = memchr(line, '=', (size_t) (end - line));
    return equals ? equals + 1 : line;
}

static int redact_line(const char *line, size_t length, struct buffer *ret)
{
    const char *at = memrchr(line, '@', length);
    const char *login = at ? login_start(line, at) : NULL;
    const char *colon = login ? memchr(login, ':', (size_t) (at - login)) : NULL;
    if (!colon)
        return buffer_append(ret, line, length);
    int r = buffer_append(ret, line, (size_t) (colon + 1 - line));
    if (r == 0)
        r = buffer_append_text(ret, "***");
    return r < 0 ? r : buffer_append(ret, at, length - (size_t) (at - line));
}

int redact_text(const char *text, size_t size, struct buffer *ret)
{
    for (size_t i = 0; i < size;) {
        const char *newline = memchr(text + i, '\n', size - i);
        size_t length = newline ? (size_t) (newline - (text + i)) : size - i;
        int r = redact_line(text + i, length, ret);
        if (r == 0 && newline)
            r = buffer_append_text(ret, "\n");
        if (r < 0)
            return r;
        i += length + (newline ? 1 : 0);
    }
    return 0;
}

/* Appends what is no login: when no '@' ends it, what looks like a port may still be a password. */
static int redact_without_login(const char *value, struct buffer *ret)
{
    const char *authority = strstr(value, "://");
    authority = authority ? authority + 3 : value;
    const char *colon = *authority == '[' ? NULL : strchr(authority, ':');
    bool is_port = colon && colon[1 + strspn(colon + 1, "0123456789/,; ")] == '\0';
    bool is_ipv6 = colon && strchr(colon + 1, ':');
    if (!colon || is_port || is_ipv6)
        return buffer_append_text(ret, value);
    int r = buffer_append(ret, value, (size_t) (colon + 1 - value));
    return r < 0 ? r : buffer_append_text(ret, "***");
}

int redact_value(const char *value, struct buffer *ret)
{
    return strchr(value, '@') ? redact_line(value, strlen(value), ret)
                              : redact_without_login(value, ret);
}

const char *redacted(const char *value, char text[static REDACTED_MAX])
{
    _cleanup_buffer_ struct buffer shown = { 0 };
    bool ok = redact_value(value, &shown) == 0;
    (void) snprintf(text, REDACTED_MAX, "%s", ok && shown.data ? shown.data : "***");
    return text;
}
