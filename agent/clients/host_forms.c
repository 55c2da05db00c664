/* SPDX-License-Identifier: MIT */
/* Clients change the host of a request before they compare it: its case, its dots, its brackets, an
 * address in another notation. That does not depend on the entry, so it is done once for a list. */

#include "clients/host_forms.h"

#include <fnmatch.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "clients/ip_entry.h"
#include "lib/array.h"

static void format_ipv6(
    const struct address *address, enum client_canonical form, char text[static ADDRESS_TEXT_MAX])
{
    struct address v4 = *address;
    ip_entry_unmap(&v4);
    address_format(form == CANONICAL_UNMAPPED ? &v4 : address, text);
    bool keeps_dots = form == CANONICAL_RFC || form == CANONICAL_SHORTER ||
                      (form == CANONICAL_MAPPED && v4.family == AF_INET);
    char *colon = strrchr(text, ':');
    const unsigned char *last = address->bytes + 12;
    if (!keeps_dots && colon && strchr(colon, '.'))
        (void) snprintf(colon, sizeof(":ffff:ffff"), ":%x:%x", last[0] * 256 + last[1],
            last[2] * 256 + last[3]);
}

void host_forms_drop_dots(const struct client *client, char *text)
{
    static const size_t most[] = { [DOTS_KEPT] = 0, [DOTS_ONE] = 1, [DOTS_ALL] = SIZE_MAX };
    size_t length = strlen(text);
    for (size_t n = 0; n < most[client->trailing_dots] && length > 1 && text[length - 1] == '.';
         n++)
        text[--length] = '\0';
}

/* Whether the client takes a host, which is an address in another form, for that address. */
static bool reads_short(const struct client *client, const struct request *request)
{
    bool reads_dot = client->short_host == SHORT_ADDRESS_DOT;
    return (request->is_short && (reads_dot || client->short_host == SHORT_ADDRESS)) ||
           (request->is_short_dot && reads_dot);
}

static void put_host(
    const struct client *client, const struct request *request, struct host_forms *forms)
{
    static const struct {
        const char *before, *after;
        bool is_nothing;
    } spellings[] = {
        [IPV6_BARE] = { "", "", false },
        [IPV6_BRACKETS] = { "[", "]", false },
        [IPV6_CUT] = { "", "", false },
        [IPV6_ERROR] = { .is_nothing = true },
    };
    char canonical[ADDRESS_TEXT_MAX];
    const char *host = client->host_keeps_case ? request->host_as_written : request->host;
    if (reads_short(client, request)) {
        address_format(&request->address, canonical);
        host = canonical;
    }
    if (forms->is_ipv6 && client->canonical != CANONICAL_NOT) {
        format_ipv6(&request->address, client->canonical, canonical);
        bool is_shorter = strlen(canonical) < strlen(host);
        host = is_shorter || client->canonical != CANONICAL_SHORTER ? canonical : host;
    }
    enum client_ipv6_host form = forms->is_ipv6 ? client->ipv6_host : IPV6_BARE;
    if (spellings[form].is_nothing)
        return;
    /* The login is in no entry: its '@' is enough, and no secret. */
    bool has_login = request->has_login && (client->defects & DEFECT_HOST_LOGIN);
    (void) snprintf(forms->host, sizeof(forms->host), "%s%s%s%s", has_login ? "@" : "",
        spellings[form].before, host, spellings[form].after);
    if (form == IPV6_CUT)
        forms->host[strcspn(forms->host, ":")] = '\0';
    host_forms_drop_dots(client, forms->host);
}

/* The digits behind the last colon, and it, dropped: what Python takes for a port. */
static void put_without_tail(struct host_forms *forms)
{
    const char *colon = strrchr(forms->host, ':');
    if (colon && colon[1 + strspn(colon + 1, "0123456789")] == '\0')
        (void) snprintf(forms->with_port, sizeof(forms->with_port), "%.*s",
            (int) (colon - forms->host), forms->host);
}

static void put_with_port(
    const struct client *client, const struct request *request, struct host_forms *forms)
{
    forms->port_text_is_exact = client->port == PORT_TEXT_REAL;
    if (client->defects & DEFECT_SPLIT_PORT)
        put_without_tail(forms);
    if (client->port == PORT_TEXT_GIVEN && request->port_as_written)
        (void) snprintf(forms->with_port, sizeof(forms->with_port), "%.*s:%s", HOST_FORM_MAX - 8,
            forms->host, request->port_as_written);
    if ((client->port == PORT_TEXT && request->port_given) || client->port == PORT_TEXT_REAL)
        (void) snprintf(forms->with_port, sizeof(forms->with_port), "%.*s:%u", HOST_FORM_MAX - 8,
            forms->host, request->port);
}

void host_forms_init(
    const struct client *client, const struct request *request, struct host_forms *ret)
{
    *ret = (struct host_forms){ .request = request };
    ret->only_blocks = request->is_short && client->short_host == SHORT_BLOCKS;
    ret->has_number = request->is_address || ret->only_blocks || reads_short(client, request);
    ret->is_ipv4 = ret->has_number && request->address.family == AF_INET;
    ret->is_ipv6 = ret->has_number && request->address.family == AF_INET6;
    ret->number = request->address;
    bool is_found = request->is_short || request->is_resolved;
    if (!ret->has_number && (client->defects & DEFECT_RESOLVES) && is_found) {
        ret->has_number = true;
        ret->number = request->is_short ? request->address : request->resolved;
    }
    if (client->numbers & NUMBER_MAPPED)
        ip_entry_unmap(&ret->number);
    put_host(client, request, ret);
    put_with_port(client, request, ret);
    ret->is_loopback =
        client->loopback == LOOPBACK_AXIOS && host_forms_is_loopback(client, ret->host);
}

static bool is_loopback_number(const struct address *address)
{
    static const unsigned char one[16] = { [15] = 1 };
    return address->family == AF_INET ? address->bytes[0] == 127
                                      : memcmp(address->bytes, one, sizeof(one)) == 0;
}

bool host_forms_is_loopback(const struct client *client, const char *host)
{
    static const unsigned char zero[16];
    struct address address;
    if (!ip_entry_parse(client, host, &address))
        return strcmp(host, "localhost") == 0;
    return !address.is_block &&
           (is_loopback_number(&address) || memcmp(address.bytes, zero, sizeof(zero)) == 0);
}

/* Also as ::ffff:127.0.0.1. */
static bool is_loopback_target(const struct request *request)
{
    struct address number = request->address;
    ip_entry_unmap(&number);
    return request->is_address && is_loopback_number(&number);
}

static bool is_java_default(const struct request *request)
{
    static const char *const hosts[] = { "localhost", "127.*", "::1", "0.0.0.0", "::0" };
    for (size_t i = 0; i < ELEMENTSOF(hosts); i++)
        if (fnmatch(hosts[i], request->host, 0) == 0)
            return true;
    return false;
}

static bool is_below_localhost(const char *host)
{
    static const char suffix[] = ".localhost";
    size_t length = strlen(host);
    return length >= strlen(suffix) && strcmp(host + length - strlen(suffix), suffix) == 0;
}

bool host_forms_is_always_direct(
    const struct client *client, const char *no_proxy, const struct request *request)
{
    bool is_localhost = strcmp(request->host, "localhost") == 0;
    switch (client->loopback) {
    case LOOPBACK_NONE:
    case LOOPBACK_AXIOS:
        return false;
    case LOOPBACK_GO:
        return strcmp(request->host_as_written, "localhost") == 0 || is_loopback_target(request);
    case LOOPBACK_JAVA:
        return (!no_proxy || *no_proxy) && is_java_default(request);
    case LOOPBACK_RUBY: /* resolvers answer for .localhost by themselves: RFC 6761 */
        return is_localhost || is_below_localhost(request->host) ||
               ((request->is_address || request->is_short) &&
                   is_loopback_number(&request->address)) ||
               (request->is_resolved && is_loopback_number(&request->resolved));
    }
    return false;
}
