/* SPDX-License-Identifier: MIT */
/* httpx puts "all://" and a star before each entry and takes that for a URL. What no URL can hold
 * is nothing to its old versions, and makes the new ones fail. */

#include "clients/entry_url.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "clients/entry_name.h"
#include "clients/ip_entry.h"
#include "lib/ascii.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS  "0123456789"

/* A part of the list. */
struct part {
    const char *text;
    size_t length;
};

struct pattern {
    struct part scheme; /* empty: any */
    struct part host;   /* without the brackets of an IPv6 address */
    struct part port;
    bool has_star;     /* a '*' stands before the host: it covers what is below, too */
    bool is_malformed; /* no URL has such a port, or such a host in brackets */
};

static struct part until(struct part part, const char *characters)
{
    size_t length = 0;
    while (length < part.length && !strchr(characters, part.text[length]))
        length++;
    return (struct part){ part.text, length };
}

static struct part from(struct part part, size_t offset)
{
    return (struct part){ part.text + offset, part.length - offset };
}

static bool is_word(struct part part, const char *word)
{
    return part.length > 0 && part.length == strlen(word) &&
           strncasecmp(part.text, word, part.length) == 0;
}

/* Also one with a zone, "fe80::1%eth0". */
static bool is_ipv6(struct part part)
{
    struct part address = until(part, "%");
    return part.length - address.length != 1 &&
           ip_entry_is_address(address.text, address.length, AF_INET6);
}

/* Moves behind "scheme://", if the entry has it. Behind something else than a scheme there is no
 * host, but a path. */
static bool take_scheme(struct part *rest, struct part *ret)
{
    static const char characters[] = LETTERS DIGITS "+.-";
    const char *sign = memmem(rest->text, rest->length, "://", 3);
    if (!sign)
        return false;
    *ret = (struct part){ rest->text, (size_t) (sign - rest->text) };
    bool is_scheme = strspn(ret->text, characters) >= ret->length;
    *rest = from(*rest, is_scheme ? ret->length + 3 : rest->length);
    return true;
}

/* Digits, strictly all that Python takes for a number. What follows them in the list is none. */
static bool is_integer(struct part port, bool is_strict)
{
    long number;
    return is_strict ? ip_entry_parse_int(port.text, port.length, &number)
                     : strspn(port.text, DIGITS) == port.length;
}

static void split_host(struct part authority, bool is_strict, struct pattern *pattern)
{
    bool is_literal = !pattern->has_star && authority.length > 0 && *authority.text == '[';
    const char *close = is_literal ? memrchr(authority.text, ']', authority.length) : NULL;
    size_t length = close ? (size_t) (close + 1 - authority.text) : until(authority, ":").length;
    pattern->host = (struct part){ authority.text, length };
    if (close) {
        pattern->host = (struct part){ authority.text + 1, length - 2 };
        pattern->is_malformed |= !is_ipv6(pattern->host);
    }
    pattern->port = from(authority, length);
    if (pattern->port.length > 0 && *pattern->port.text == ':')
        pattern->port = from(pattern->port, 1);
    pattern->is_malformed |= pattern->port.length > 0 && !is_integer(pattern->port, is_strict);
}

/* An address, or "localhost", stands for itself, without a '*' before it. False for others. */
static bool read_alone(struct part entry, struct pattern *pattern)
{
    struct part host = until(entry, "/");
    if (is_ipv6(host)) {
        *pattern = (struct pattern){ .host = host };
        pattern->is_malformed = until(entry, "/?#").length < entry.length;
        return true;
    }
    pattern->has_star =
        !ip_entry_is_address(host.text, host.length, AF_INET) && !is_word(entry, "localhost");
    return false;
}

static struct pattern read_pattern(const struct client *client, const struct split *split)
{
    bool is_strict = client->url == URL_STRICT;
    struct part rest = { split->entry, split->length };
    struct pattern pattern = { .has_star = !is_strict };
    if (is_strict && !take_scheme(&rest, &pattern.scheme) && read_alone(rest, &pattern))
        return pattern;
    struct part authority = until(rest, is_strict ? "/?#" : "/?#\\");
    const char *at = memrchr(authority.text, '@', authority.length);
    if (at) {
        size_t user = (size_t) (at - authority.text);
        pattern.is_malformed = !is_strict && memchr(authority.text, '@', user);
        pattern.has_star = false;
        authority = from(authority, user + 1);
    }
    split_host(authority, is_strict, &pattern);
    if (!pattern.has_star && pattern.host.length > 0 && *pattern.host.text == '*') {
        pattern.has_star = true;
        pattern.host = from(pattern.host, 1);
    }
    return pattern;
}

/* Whether a label that is not ASCII cannot be encoded: the '*' spoils the label that it stands in,
 * or the whole name. */
static bool is_unencodable(const struct client *client, const struct pattern *pattern)
{
    struct part spoilt = client->url == URL_STRICT ? pattern->host : until(pattern->host, ".");
    for (size_t i = 0; pattern->has_star && i < spoilt.length; i++)
        if ((unsigned char) spoilt.text[i] >= 0x80)
            return true;
    return false;
}

static bool entry_has_control(const struct split *split)
{
    for (size_t i = 0; i < split->length; i++)
        if ((unsigned char) split->entry[i] < ' ' || split->entry[i] == '\x7f')
            return true;
    return false;
}

/* Whether the client cannot make a URL of the entry, and fails. */
static bool fails(
    const struct client *client, const struct split *split, const struct pattern *pattern)
{
    bool is_strict = client->url == URL_STRICT;
    return is_unencodable(client, pattern) ||
           (is_strict && (pattern->is_malformed || entry_has_control(split)));
}

static bool scheme_fits(const struct pattern *pattern, const struct request *request)
{
    return pattern->scheme.length == 0 || is_word(pattern->scheme, "all") ||
           is_word(pattern->scheme, request->scheme);
}

/* A scheme's own port counts as none: in a pattern with that scheme, which is then for any port,
 * and in a request, which then fits no pattern with a port. Old versions do not know it with zeros
 * before it. */
static bool pattern_port_fits(const struct client *client, const struct pattern *pattern,
    const struct request *request, bool *ret_has_port)
{
    long port = 0;
    if (pattern->port.length > 0)
        (void) ip_entry_parse_int(pattern->port.text, pattern->port.length, &port);
    bool is_own = port == request_default_port(request);
    bool has_zeros =
        client->url == URL_LENIENT && request->port_given && *request->port_as_written == '0';
    *ret_has_port =
        pattern->port.length > 0 && !(is_own && is_word(pattern->scheme, request->scheme));
    return !*ret_has_port || (port == request->port && (!is_own || has_zeros));
}

static const char *match_host(const struct pattern *pattern, const struct host_forms *forms)
{
    struct part part = pattern->host;
    char host[HOST_FORM_MAX];
    if (part.length >= sizeof(host))
        return NULL;
    memcpy(host, part.text, part.length);
    host[part.length] = '\0';
    if (forms->is_ipv6 && !pattern->has_star)
        return entry_name_plain(PLAIN_EXACT, host, forms->request->host_as_written);
    ascii_lower(host);
    if (!pattern->has_star)
        return entry_name_plain(PLAIN_EXACT, host, forms->host);
    return *host == '.' ? entry_name_below(host, forms->host)
                        : entry_name_plain(PLAIN_LABELS, host, forms->host);
}

static const char *pattern_match(
    const struct client *client, const struct pattern *pattern, const struct host_forms *forms)
{
    bool has_port;
    if (!scheme_fits(pattern, forms->request) ||
        !pattern_port_fits(client, pattern, forms->request, &has_port))
        return NULL;
    if (pattern->host.length > 0)
        return match_host(pattern, forms);
    return has_port ? "stands for every host at that port" : NULL;
}

/* Whether the entry takes the place of what the client has noted for all requests of a scheme. */
static bool is_scheme_alone(const struct split *split, const char *scheme)
{
    size_t length = strlen(scheme);
    return split->length == length + 3 && memcmp(split->entry, scheme, length) == 0 &&
           memcmp(split->entry + length, "://", 3) == 0;
}

int entry_url_match(const struct client *client, const struct split *split,
    const struct host_forms *forms, const char **ret_why)
{
    if (split->length == 0)
        return 0;
    if (client->url == URL_STRICT && is_scheme_alone(split, forms->request->scheme)) {
        *ret_why = "stands for every host of that scheme";
        return 1;
    }
    struct pattern pattern = read_pattern(client, split);
    if (fails(client, split, &pattern))
        return -EINVAL;
    const char *why = pattern.is_malformed ? NULL : pattern_match(client, &pattern, forms);
    if (why)
        *ret_why = why;
    return why != NULL;
}
