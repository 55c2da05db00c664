/* SPDX-License-Identifier: MIT */
/* Lines of files that others wrote: which file and which format it is, is not known. */

#include "lib/redact_line.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "lib/array.h"
#include "lib/ascii.h"
#include "lib/escaped.h"
#include "lib/lines.h"
#include "lib/redact.h"

static bool redact_is_one_of(char c, const char *set)
{
    return c && strchr(set, c);
}

/* Whether the text begins with the word, in any letter case. */
static bool redact_begins_with(const char *p, const char *end, const char *word)
{
    return (size_t) (end - p) >= strlen(word) && strncasecmp(p, word, strlen(word)) == 0;
}

static bool is_of_key(char c)
{
    return isalnum((unsigned char) c) || c == '_' || c == '-' || c == '.';
}

/* What a word is in front of a proxy's URL. */
enum key_kind {
    KEY_UNKNOWN,
    KEY_LEADS, /* to another key */
    KEY_OF_PROXY,
};

static enum key_kind key_kind_of(const char *word, const char *end)
{
    static const char *const leading[] = { "export", "set", "setenv", "env", "environment",
        "default", "defaults", "acquire", "http", "https", "proxies" };
    for (size_t i = 0; i < ELEMENTSOF(leading); i++)
        if ((size_t) (end - word) == strlen(leading[i]) &&
            redact_begins_with(word, end, leading[i]))
            return KEY_LEADS;
    for (const char *p = word; p < end; p++)
        if (redact_begins_with(p, end, "prox"))
            return KEY_OF_PROXY;
    return KEY_UNKNOWN;
}

/* The end of a key that begins at p, with what separates it from its value; p where that is none.
 * Any word is a key when it is the first and a sign follows; a blank is enough behind those that
 * are known. */
static const char *skip_key(const char *p, const char *end, bool is_first, enum key_kind *ret_kind)
{
    const char *word = p;
    while (p < end && is_of_key(*p))
        p++;
    *ret_kind = key_kind_of(word, p);
    bool is_known = *ret_kind != KEY_UNKNOWN;
    const char *behind = p;
    while (p < end && redact_is_one_of(*p, " \t\"'"))
        p++;
    const char *sign = p;
    while (p < end && redact_is_one_of(*p, ":=") && p - sign < (is_known ? 2 : 1))
        p++;
    return (is_known && p > behind) || (is_first && p > sign) ? p : word;
}

/* Where a login can begin that ends at `end`: behind the keys that lead to a value, its quotes and
 * a scheme. */
static const char *find_login(const char *line, const char *end)
{
    const char *p = line, *start = NULL;
    enum key_kind kind = KEY_LEADS;
    for (bool is_first = true; p != start; is_first = false) {
        const char *marks = is_first ? "+-# \t\"'{[(,;:" : " \t\"'{[";
        while (p < end && redact_is_one_of(*p, marks))
            p++;
        start = p;
        size_t scheme = redact_scheme_length(p, (size_t) (end - p));
        if (scheme > 0)
            return p + scheme;
        p = kind == KEY_LEADS ? skip_key(p, end, is_first, &kind) : p;
    }
    return p;
}

/* What stands behind a word and a blank; NULL when that is nothing. */
static const char *rest_behind(const char *word, const char *p, const char *end)
{
    if (!redact_begins_with(p, end, word))
        return NULL;
    p += strlen(word);
    const char *rest = p;
    while (rest < end && redact_is_one_of(*rest, "\"' \t"))
        rest++;
    return rest > p && rest < end ? rest : NULL;
}

/* The end of the key that the byte at p is part of, with its quotes and blanks, and with other
 * words in front of it or behind. */
static const char *find_key_end(const char *p, const char *end)
{
    while (p < end && (is_of_key(*p) || redact_is_one_of(*p, "\"' \t")))
        p++;
    return p;
}

/* What is secret behind the word at p, if it is one that a secret follows; NULL otherwise.
 * `key_end` is that of find_key_end(). */
static const char *secret_at(const char *p, const char *key_end, const char *end)
{
    static const char *const keys[] = { "pass", "pwd", "secret", "token", "auth", "cred", "key" };
    /* The second two are of HTTP's header, with the login in base64 or the like behind them. */
    static const char *const words[] = { "password", "passwd", "basic", "bearer" };
    const char *secret = NULL;
    for (size_t i = 0; key_end < end && redact_is_one_of(*key_end, "=:") && i < ELEMENTSOF(keys);
         i++)
        if (redact_begins_with(p, end, keys[i]))
            return key_end + 1;
    for (size_t i = 0; !secret && i < ELEMENTSOF(words); i++)
        secret = rest_behind(words[i], p, end);
    return secret;
}

static const char *redact_skip(const char *p, const char *end, const char *set)
{
    while (p < end && redact_is_one_of(*p, set))
        p++;
    return p;
}

/* Whether what can stand behind a URL is at p. */
static bool redact_ends_url(const char *p, const char *end)
{
    return p == end || redact_is_one_of(*p, "\"', \t;)]}\r\\<>&|");
}

/* The end of a port, with what stands behind it; NULL when it is none. */
static const char *redact_skip_port(const char *p, const char *end)
{
    enum { DIGITS_MAX = 5 };
    const char *port = p;
    while (p < end && isdigit((unsigned char) *p))
        p++;
    return p - port <= DIGITS_MAX && (redact_ends_url(p, end) || *p == '/') ? p : NULL;
}

/* Where what stands behind a login, whose '@' is at p, is no host with a port at most and so can be
 * the rest of a password; where that is not so, `secret`. */
static const char *redact_find_rest(const char *p, const char *end, const char *secret)
{
    p += escaped_length(p, (size_t) (end - p), '@');
    const char *host = p;
    bool is_address = p < end && *p == '[';
    p = redact_skip(p, end, "$<{[");
    p = redact_skip(p, end, is_address ? ASCII_ALNUM "_-.:" : ASCII_ALNUM "_-.");
    p = redact_skip(p, end, ">}]");
    if (p < end && *p == ':' && !(p = redact_skip_port(p + 1, end)))
        return host;
    for (size_t sign = 1; p < end && sign > 0; p += sign)
        sign = escaped_length(p, (size_t) (end - p), '/');
    bool is_whole = redact_ends_url(p, end) && (p == end || !redact_is_one_of(*p, "<>&|"));
    return is_whole ? secret : host;
}

/* What looks like the login of a URL at p that goes on in the next line, or has no host; NULL
 * otherwise. */
static const char *open_login_at(const char *p, const char *end)
{
    size_t scheme = redact_scheme_length(p, (size_t) (end - p));
    const char *host = p + scheme;
    if (scheme == 0 || host == end || *host == '[')
        return NULL;
    const char *colon = host;
    size_t sign = 0;
    for (; colon < end && (sign = escaped_length(colon, (size_t) (end - colon), ':')) == 0; colon++)
        if (!is_of_key(*colon) && *colon != '%')
            return NULL;
    return colon == end || redact_skip_port(colon + sign, end) ? NULL : host;
}

/* From where on all is secret that follows; NULL when nothing is. Behind `at`, where a login ends,
 * another one can begin. */
static const char *find_secret(const char *line, const char *at, const char *end)
{
    static const char public[] = "gpgkey"; /* of dnf: where a public key is */
    const char *key_end = line;
    for (const char *p = line; p < end; p++) {
        if (end - p > (ptrdiff_t) strlen(public) && redact_begins_with(p, end, public))
            p += strlen(public);
        if (p >= key_end)
            key_end = find_key_end(p, end);
        const char *secret = secret_at(p, key_end, end);
        if (!secret && p >= at)
            secret = open_login_at(p, end);
        if (secret)
            return secret;
    }
    return NULL;
}

/* Whether what stands behind a key says that its value is in the next line. */
static bool is_in_next_line(const char *secret, const char *end)
{
    while (secret < end && redact_is_one_of(*secret, " \t\r\"'{[|>+-\\"))
        secret++;
    return secret == end;
}

static int append_hidden(const char *from, const char *to, struct buffer *ret)
{
    int r = buffer_append(ret, from, (size_t) (to - from));
    return r < 0 ? r : buffer_append_text(ret, "***");
}

static int redact_append_value(const char *p, const char *end, struct buffer *ret)
{
    while (p < end && redact_is_one_of(*p, "+- \t\"'"))
        if (buffer_append(ret, p++, 1) < 0)
            return -ENOMEM;
    return p < end ? buffer_append_text(ret, "***") : 0;
}

/* Behind the mark of a diff, and that of a line which we have displaced. */
static const char *skip_marks(const char *p, const char *end, bool is_diff)
{
    static const char displaced[] = "# ec2-bootstrap displaced: ";
    if (is_diff && p < end)
        p++;
    return redact_begins_with(p, end, displaced) ? p + strlen(displaced) : p;
}

/* What a line has to do with a secret key above it, which has no value in its own line. */
enum awaited {
    AWAITS_NONE,
    AWAITS_VALUE, /* the value is still to come: empty lines and comments can stand before it */
    AWAITS_REST,  /* it goes on for as long as lines begin with a blank */
};

/* Whether a line can be, or go on with, the value that is awaited. */
static bool is_awaited(const char *p, const char *end, enum awaited awaited)
{
    if (awaited == AWAITS_VALUE)
        return true;
    return awaited == AWAITS_REST && (p == end || redact_is_one_of(*p, " \t\r"));
}

static bool is_empty_or_comment(const char *p, const char *end)
{
    while (p < end && redact_is_one_of(*p, " \t\r"))
        p++;
    return p == end || redact_is_one_of(*p, "#;");
}

/* `*awaited`: what the line before makes of this one; then what this one makes of the next. */
static int redact_line(
    const struct line *line, bool is_diff, enum awaited *awaited, struct buffer *ret)
{
    const char *p = line->text, *end = p + line->length;
    const char *at = redact_find_login_end(p, line->length), *login = at ? find_login(p, at) : end;
    const char *secret = find_secret(p, at ? at : p, end);
    const char *own = skip_marks(p, end, is_diff);
    bool was_awaited = is_awaited(own, end, *awaited);
    if (secret && is_in_next_line(secret, end))
        *awaited = AWAITS_VALUE;
    else if (!was_awaited)
        *awaited = AWAITS_NONE;
    else if (!is_empty_or_comment(own, end))
        *awaited = AWAITS_REST;
    secret = secret ? secret : end;
    if (was_awaited)
        return redact_append_value(p, end, ret);
    if (at && login < at && login < secret) {
        int r = append_hidden(p, login, ret);
        if (r < 0 || secret <= at)
            return r;
        p = at;
        secret = redact_find_rest(at, end, secret);
    }
    return secret < end ? append_hidden(p, secret, ret) : buffer_append(ret, p, (size_t) (end - p));
}

/* Whether a line of a diff is none of the file: the two of its head, and what stands between. */
static bool is_of_diff(const struct line *line, size_t number)
{
    return number < 2 || (line->length > 0 && redact_is_one_of(*line->text, "@\\"));
}

static int redact_lines(const struct buffer *text, bool is_diff, struct buffer *ret)
{
    int r = 0;
    size_t number = 0;
    enum awaited awaited = AWAITS_NONE;
    for (struct line line = { 0 }; r == 0 && line_next(text, &line); number++) {
        r = is_diff && is_of_diff(&line, number) ? buffer_append(ret, line.text, line.length)
                                                 : redact_line(&line, is_diff, &awaited, ret);
        if (r == 0 && line.has_newline)
            r = buffer_append_text(ret, "\n");
    }
    return r;
}

int redact_text(const struct buffer *text, struct buffer *ret)
{
    return redact_lines(text, false, ret);
}

int redact_diff(const struct buffer *diff, struct buffer *ret)
{
    return redact_lines(diff, true, ret);
}
