/* SPDX-License-Identifier: MIT */
/* Whether an entry covers a host depends on the client. Its columns in the table are applied here,
 * in the order in which clients look: words for many hosts, the port, numbers, text. */

#include "clients/entry_match.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "clients/entry_name.h"
#include "clients/entry_url.h"
#include "clients/ip_entry.h"
#include "lib/array.h"
#include "lib/ascii.h"

/* An entry while it is taken apart. */
struct entry {
    char text[HOST_FORM_MAX];
    unsigned int port; /* 0: any */
    bool has_port;
    const char *port_text; /* behind the text's NUL */
    bool never;            /* its port is one that no URL has */
};

/* Copies the entry, in lower case where the client does not mind. False for one that is longer than
 * any host. */
static bool copy_entry(const struct client *client, const struct split *split, struct entry *entry)
{
    size_t used = 0;
    for (size_t i = 0; i < split->length; i++) {
        char c = split->entry[i];
        if (c == ' ' && client->trim == TRIM_SPACES)
            continue;
        if (used + 1 >= sizeof(entry->text))
            return false;
        entry->text[used++] = c;
    }
    entry->text[used] = '\0';
    if (!client->keeps_case)
        ascii_lower(entry->text);
    return used > 0 || (client->defects & DEFECT_EMPTY_IS_ROOT);
}

/* Cuts the entry at its port: digits that reach to the end. */
static void cut_port(struct entry *entry, char *colon)
{
    size_t digits = strspn(colon + 1, "0123456789"), zeros = strspn(colon + 1, "0");
    if (digits == 0 || colon[1 + digits] != '\0')
        return;
    entry->port_text = colon + 1;
    entry->port = (unsigned int) strtoul(colon + 1, NULL, 10);
    entry->has_port = true;
    entry->never |= digits - zeros > 5;
    *colon = '\0';
}

/* "[v6]", "[v4]" and "[v6]/bits" without their brackets; nobody reads "[v6/bits]". */
static void drop_brackets(const struct client *client, struct entry *entry)
{
    char *inner = entry->text + 1, *close = *entry->text == '[' ? strchr(inner, ']') : NULL;
    if (!close || (close[1] != '\0' && close[1] != '/'))
        return;
    size_t length = (size_t) (close - inner);
    bool only_ipv6 = (client->numbers & NUMBER_BRACKETS_V6) || close[1] == '/';
    if (memchr(inner, '/', length) || (only_ipv6 && !ip_entry_is_address(inner, length, AF_INET6)))
        return;
    memmove(close, close + 1, strlen(close));
    memmove(entry->text, inner, strlen(entry->text));
}

/* The only colon of the text, or that behind its brackets. */
static char *single_colon(char *text)
{
    char *colon = *text == '[' ? strstr(text, "]:") : strchr(text, ':');
    if (colon && *text == '[')
        return colon + 1;
    return colon && !strchr(colon + 1, ':') ? colon : NULL;
}

static void split_port(const struct client *client, struct entry *entry)
{
    char *last = strrchr(entry->text, ':');
    if (!last)
        return;
    char *single = single_colon(entry->text);
    switch (client->port) {
    case PORT_LITERAL:
    case PORT_TEXT:
    case PORT_TEXT_GIVEN:
    case PORT_TEXT_REAL:
        return;
    case PORT_TAIL:
    case PORT_GIVEN_TAIL:
        if (last && last > entry->text)
            cut_port(entry, last);
        return;
    case PORT_SPLIT:
        if (!single)
            return;
        *single = '\0';
        entry->port_text = single + 1;
        entry->has_port = *entry->port_text != '\0';
        drop_brackets(client, entry);
        return;
    case PORT_ONE_COLON:
    case PORT_IF_GIVEN:
        if (single)
            cut_port(entry, single);
        return;
    }
}

/* Compares ports as Go does; or as Node does, which knows no zeros in front of the URL's. */
static bool port_text_fits(
    const struct client *client, const struct entry *entry, const struct request *request)
{
    if (client->port == PORT_GIVEN_TAIL && (request->port == 80 || request->port == 443))
        return false;
    char port[sizeof("4294967295")];
    (void) snprintf(port, sizeof(port), "%u", request->port);
    bool is_written = client->port == PORT_SPLIT && request->port_given;
    return strcmp(entry->port_text, is_written ? request->port_as_written : port) == 0;
}

static bool entry_port_fits(
    const struct client *client, const struct entry *entry, const struct request *request)
{
    if (entry->never)
        return false;
    if (!entry->has_port)
        return true;
    if (client->port == PORT_SPLIT || client->port == PORT_GIVEN_TAIL)
        return port_text_fits(client, entry, request);
    if (entry->port == 0)
        return !(client->defects & DEFECT_PORT_0);
    if (client->port == PORT_IF_GIVEN && !request->port_given)
        return false;
    return entry->port == request->port;
}

static const char *match_number(const struct client *client, const struct split *split,
    struct entry *entry, const struct host_forms *forms)
{
    struct address number;
    if (!forms->has_number)
        return NULL;
    bool is_block = strchr(entry->text, '/') != NULL;
    if (forms->only_blocks && !is_block)
        return NULL;
    if (is_block && entry->has_port && (client->numbers & BLOCK_NO_PORT))
        return NULL;
    if ((client->numbers & RANGE_V4) && ip_entry_range_holds(entry->text, &forms->number))
        return "is a range that holds the address";
    if (!ip_entry_parse(client, entry->text, &number))
        return NULL;
    bool last_only = (client->defects & DEFECT_LAST_ONLY) && !is_block;
    if (!ip_entry_holds(&forms->number, &number) || (last_only && !split->is_last))
        return NULL;
    return number.is_block ? "is a block that holds the address" : "is the address";
}

/* An entry that stands for many hosts by itself. */
static const char *match_star(
    const struct client *client, const char *text, const struct host_forms *forms)
{
    bool is_name = !forms->is_ipv4 && !forms->is_ipv6;
    int stars = is_name ? STAR_ENTRY | STAR_NAMES : STAR_ENTRY;
    if (strcmp(text, "*") == 0)
        return client->star & stars ? "stands for every host" : NULL;
    bool is_local = is_name && !strchr(forms->host, '.');
    if ((client->star & STAR_LOCAL) && is_local && strcmp(text, "<local>") == 0)
        return "stands for every name without a dot";
    return NULL;
}

/* Whether a star is what the client has left of an entry, when its port is gone. */
static bool leaves_star(const struct client *client, const char *text)
{
    static const struct {
        const char *text;
        int stars;
    } rests[] = {
        { "*", STAR_PORT },
        { ".*", STAR_PORT },
        { "*.*", STAR_DRESSED },
        { "[*]", STAR_DRESSED },
    };
    for (size_t i = 0; i < ELEMENTSOF(rests); i++)
        if ((client->star & rests[i].stars) && strcmp(text, rests[i].text) == 0)
            return true;
    return false;
}

/* Whether the client compares an entry with the host as text. */
static bool compares_text(const struct client *client, const struct host_forms *forms)
{
    return !(forms->is_ipv4 && (client->numbers & ONLY_V4)) &&
           !(forms->is_ipv6 && (client->numbers & ONLY_V6));
}

/* What the client strips off every entry before it compares. */
static void normalise(
    const struct client *client, struct entry *entry, const struct host_forms *forms)
{
    if (client->trailing_dots != DOTS_KEPT && compares_text(client, forms) &&
        !strchr(entry->text, '/'))
        host_forms_drop_dots(client, entry->text);
    if (client->numbers & (NUMBER_BRACKETS | NUMBER_BRACKETS_V6))
        drop_brackets(client, entry);
}

static const char *match_words(const struct client *client, const struct split *split,
    const char *text, const struct host_forms *forms)
{
    bool has_star = client->wild == WILD_DROPPED && *text == '*';
    if (forms->is_loopback && host_forms_is_loopback(client, text + has_star))
        return "is the loopback, as the host is";
    if (!compares_text(client, forms))
        return NULL;
    const char *why = entry_name_match(client, split, text, forms->host);
    if (!why && forms->port_text_is_exact)
        return strcmp(text, forms->with_port) == 0 ? "is the host and port" : NULL;
    return why ? why : entry_name_match(client, split, text, forms->with_port);
}

/* Of "name:80:80", leaves the name to a client that looks no further. */
static void keep_first_part(const struct client *client, char *text)
{
    char *colon = client->defects & DEFECT_FIRST_PART ? strchr(text, ':') : NULL;
    if (colon && strchr(colon + 1, ':'))
        *colon = '\0';
}

static const char *entry_match_forms(
    const struct client *client, const struct split *split, const struct host_forms *forms)
{
    struct entry entry; /* its text is long, and not cleared for each entry of a list */
    entry.port = split->port;
    entry.has_port = split->has_port;
    entry.never = false;
    entry.port_text = "";
    if (!copy_entry(client, split, &entry))
        return NULL;
    const char *why = match_star(client, entry.text, forms);
    if (why)
        return why;
    split_port(client, &entry);
    bool is_root = (client->defects & DEFECT_EMPTY_IS_ROOT) && !split_is_empty_tail(client, split);
    bool is_nothing = !*entry.text && !is_root;
    if (is_nothing || !entry_port_fits(client, &entry, forms->request))
        return NULL;
    if (leaves_star(client, entry.text))
        return "stands for every host";
    normalise(client, &entry, forms);
    why = match_number(client, split, &entry, forms);
    if (why)
        return why;
    keep_first_part(client, entry.text);
    return match_words(client, split, entry.text, forms);
}

int entry_match(const struct client *client, const struct split *split,
    const struct host_forms *forms, const char **ret_why)
{
    if (client->url != URL_NOT && !split_is_star(split))
        return entry_url_match(client, split, forms, ret_why);
    const char *why = entry_match_forms(client, split, forms);
    if (why)
        *ret_why = why;
    return why != NULL;
}
