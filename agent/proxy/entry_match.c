/* Port first, then numbers, then text. */

#include "proxy/entry_match.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ascii.h"
#include "proxy/number.h"

/* An entry while it is taken apart. */
struct entry {
    char text[SUBJECT_TEXT_MAX];
    unsigned int port; /* 0: any */
    bool has_port;
    bool is_exact; /* it stands for that very host */
    bool never;    /* its port is one that no URL has */
};

/* Copies the entry, in lower case where the client does not mind. False for one that is longer than
 * any host. */
static bool copy_entry(const struct client *client, const struct cut *cut, struct entry *entry)
{
    size_t used = 0;
    for (size_t i = 0; i < cut->length; i++) {
        char c = cut->entry[i];
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
    size_t digits = strspn(colon + 1, "0123456789");
    if (digits == 0 || colon[1 + digits] != '\0')
        return;
    entry->port = (unsigned int) strtoul(colon + 1, NULL, 10);
    entry->has_port = true;
    entry->never |= digits > 5;
    *colon = '\0';
}

/* "[v6]" and "[v6]/bits" without their brackets. */
static void drop_brackets(struct entry *entry)
{
    char *close = *entry->text == '[' ? strchr(entry->text, ']') : NULL;
    if (!close || (close[1] != '\0' && close[1] != '/'))
        return;
    memmove(close, close + 1, strlen(close));
    memmove(entry->text, entry->text + 1, strlen(entry->text));
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
    char *last = strrchr(entry->text, ':'), *single = single_colon(entry->text);
    switch (client->port) {
    case PORT_LITERAL:
    case PORT_TEXT:
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
        if (single[1] == '\0')
            *single = '\0';
        else {
            entry->never = single[1] == '0'; /* the text is compared */
            cut_port(entry, single);
            entry->never |= *single == ':'; /* a port by name is none */
        }
        drop_brackets(entry);
        return;
    case PORT_ONE_COLON:
    case PORT_IF_GIVEN:
    case PORT_URL:
        if (single && single[1] == '\0' && client->port == PORT_URL)
            *single = '\0';
        else if (single)
            cut_port(entry, single);
        return;
    }
}

static bool port_fits(
    const struct client *client, const struct entry *entry, const struct target *target)
{
    if (entry->never)
        return false;
    if (entry->port == 0)
        return !entry->has_port || !(client->defects & DEFECT_PORT_0);
    bool is_default = target->port == target_default_port(target);
    if (client->port == PORT_IF_GIVEN && !target->port_given)
        return false;
    if ((client->port == PORT_URL || client->port == PORT_GIVEN_TAIL) && is_default)
        return false;
    return entry->port == target->port;
}

static const char *match_number(const struct client *client, const struct cut *cut,
    struct entry *entry, const struct subject *subject)
{
    struct address number;
    bool is_block = strchr(entry->text, '/') != NULL;
    if (!subject->has_number || (is_block && entry->has_port && (client->numbers & BLOCK_NO_PORT)))
        return NULL;
    if ((client->numbers & RANGE_V4) && number_in_range(entry->text, &subject->number))
        return "is a range that holds the address";
    if (!number_read(client, entry->text, &number))
        return NULL;
    bool last_only = (client->defects & DEFECT_LAST_ONLY) && !is_block;
    if (!number_in_block(&subject->number, &number) || (last_only && !cut->is_last))
        return NULL;
    return number.is_block ? "is a block that holds the address" : "is the address";
}

static bool ends_with(const char *host, const char *text)
{
    size_t length = strlen(host), tail = strlen(text);
    return length >= tail && strcmp(host + length - tail, text) == 0;
}

static bool ends_with_label(const char *host, const char *name)
{
    size_t length = strlen(host), tail = strlen(name);
    return length > tail && host[length - tail - 1] == '.' && ends_with(host, name);
}

static const char *match_plain(enum client_plain plain, const char *name, const char *host)
{
    if (strcmp(name, host) == 0)
        return "is the host";
    if (plain == PLAIN_LABELS && ends_with_label(host, name))
        return "covers the names below it";
    if (plain == PLAIN_TEXT && ends_with(host, name))
        return "is the text that the host ends in";
    return NULL;
}

static bool begins_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static const char *match_below(const char *dotted, const char *host)
{
    return ends_with(host, dotted) ? "covers the names below it" : NULL;
}

static const char *match_both(const struct client *client, const char *dotted, const char *host)
{
    bool is_prefix =
        (client->defects & DEFECT_PREFIX) && strncasecmp(dotted + 1, host, strlen(host)) == 0;
    return strcmp(dotted + 1, host) == 0 || is_prefix ? "covers the host"
                                                      : match_below(dotted, host);
}

/* An entry that begins with a dot. */
static const char *match_dot(
    const struct client *client, const struct cut *cut, const char *text, const char *host)
{
    switch (client->dot) {
    case DOT_LITERAL:
        return NULL;
    case DOT_SUBDOMAINS:
        return match_below(text, host);
    case DOT_BOTH:
        return match_both(client, text, host);
    case DOT_STRIPPED:
        return match_plain(client->plain, text + 1, host);
    case DOT_STRIPPED_ALL:
        text += strspn(text, ".");
        return match_plain(client->plain, text, host);
    case DOT_TEXT:
        if (strcmp(text + 1, host) == 0)
            return "is the host";
        if ((client->defects & DEFECT_LAST_ONLY) && !cut->is_last)
            return NULL;
        return ends_with(host, text + 1) ? "is the text that the host ends in" : NULL;
    }
    return NULL;
}

static const char *match_edges(const char *text, const char *host)
{
    size_t length = strlen(text);
    const char *inner = text + (*text == '*');
    size_t inner_length = strlen(inner);
    bool open_end = length > 1 && text[length - 1] == '*';
    if (!open_end)
        return *text == '*' && ends_with(host, inner) ? "stands for the host" : NULL;
    char middle[SUBJECT_TEXT_MAX];
    (void) snprintf(middle, sizeof(middle), "%.*s", (int) inner_length - 1, inner);
    bool found = *text == '*' ? strstr(host, middle) != NULL : begins_with(host, middle);
    return found ? "stands for the host" : NULL;
}

/* fnmatch(3) with nothing special but '*'. */
static const char *match_glob(const char *text, const char *host)
{
    if (*text == '!')
        return match_glob(text + 1, host) ? NULL : "stands for every host but that one";
    char pattern[2 * SUBJECT_TEXT_MAX];
    size_t used = 0;
    for (const char *p = text; *p; p++) {
        if (strchr("?[]\\", *p))
            pattern[used++] = '\\';
        pattern[used++] = *p;
    }
    pattern[used] = '\0';
    return fnmatch(pattern, host, 0) == 0 ? "stands for the host" : NULL;
}

/* An entry with a '*' in it. */
static const char *match_wild(const struct client *client, const char *text, const char *host)
{
    bool is_subdomains = begins_with(text, "*.");
    switch (client->wild) {
    case WILD_LITERAL:
        return NULL;
    case WILD_SUBDOMAINS:
        return is_subdomains ? match_below(text + 1, host) : NULL;
    case WILD_BOTH:
        return is_subdomains ? match_both(client, text + 1, host) : NULL;
    case WILD_STRIPPED:
        return is_subdomains ? match_plain(client->plain, text + 2, host) : NULL;
    case WILD_SUFFIX:
        return *text == '*' && ends_with(host, text + 1) ? "stands for the host" : NULL;
    case WILD_DROPPED:
        if (*text != '*')
            return NULL;
        return text[1] == '.' ? match_below(text + 1, host)
                              : match_plain(client->plain, text + 1, host);
    case WILD_EDGES:
        return match_edges(text, host);
    case WILD_GLOB:
        return match_glob(text, host);
    }
    return NULL;
}

/* Clients that take an address, or "localhost", for that very host; an IPv6 address in its letter
 * case. */
static bool match_exact(const struct cut *cut, const char *text, const char *host,
    const char *host_as_written, const char **why)
{
    struct address address;
    bool is_ipv6 = strchr(host, ':') != NULL;
    if (!is_ipv6 && strcmp(text, "localhost") != 0 && address_parse(text, &address) < 0)
        return false;
    bool is_same = is_ipv6 ? strlen(host_as_written) == cut->length &&
                                 memcmp(host_as_written, cut->entry, cut->length) == 0
                           : strcmp(text, host) == 0;
    *why = is_same ? "is the host" : NULL;
    return true;
}

static const char *match_text(const struct client *client, const struct cut *cut, const char *text,
    const char *host, const char *host_as_written)
{
    const char *why = NULL;
    if (!*host)
        return NULL;
    if ((client->defects & DEFECT_ADDRESS_EXACT) &&
        match_exact(cut, text, host, host_as_written, &why))
        return why;
    if ((client->defects & DEFECT_SHORT_IS_EXACT) && strlen(text) <= 2)
        return match_plain(PLAIN_EXACT, text, host);
    if (*text == '.')
        return match_dot(client, cut, text, host);
    bool is_wild = strchr(text, '*') || (*text == '!' && client->wild == WILD_GLOB);
    if (is_wild && client->wild != WILD_LITERAL)
        return match_wild(client, text, host);
    return match_plain(client->plain, text, host);
}

static bool is_star_for(
    const struct client *client, const char *text, const struct subject *subject)
{
    bool is_address = subject->is_ipv4 || subject->is_ipv6;
    return strcmp(text, "*") == 0 &&
           ((client->star & STAR_ENTRY) || ((client->star & STAR_NAMES) && !is_address));
}

/* Whether the client compares an entry with the host as text. */
static bool compares_text(const struct client *client, const struct subject *subject)
{
    return !(subject->is_ipv4 && (client->numbers & ONLY_V4)) &&
           !(subject->is_ipv6 && (client->numbers & ONLY_V6));
}

/* Leaves what httpx takes for the host and port of a URL that it makes of the entry. An entry that
 * is a URL itself is for that scheme and host alone. False when it cannot match. */
static bool read_as_url(
    const struct client *client, struct entry *entry, const struct subject *subject)
{
    char *scheme = strstr(entry->text, "://");
    bool is_old = !(client->defects & DEFECT_FAILS);
    if (is_old && (scheme || strchr(entry->text, '@')))
        return false;
    if (scheme) {
        *scheme = '\0';
        if (strcmp(entry->text, subject->target->scheme) != 0)
            return false;
        memmove(entry->text, scheme + 3, strlen(scheme + 3) + 1);
        entry->is_exact = true;
    }
    entry->text[strcspn(entry->text, "/?#\\")] = '\0';
    const char *at = strrchr(entry->text, '@');
    if (at)
        memmove(entry->text, at + 1, strlen(at));
    return *entry->text != '\0';
}

/* What the client strips off every entry before it compares. */
static void normalise(
    const struct client *client, struct entry *entry, const struct subject *subject)
{
    size_t length = strlen(entry->text);
    bool trims = client->drops_trailing_dot && compares_text(client, subject);
    if (trims && length > 1 && entry->text[length - 1] == '.')
        entry->text[length - 1] = '\0';
    if (client->numbers & NUMBER_BRACKETS)
        drop_brackets(entry);
}

static const char *match_words(const struct client *client, const struct cut *cut, const char *text,
    const struct subject *subject)
{
    if (client->loopback == LOOPBACK_AXIOS && !strchr(text, '/') && subject_is_loopback(text) &&
        subject_is_loopback(subject->host))
        return "is the loopback, as the host is";
    if (!compares_text(client, subject))
        return NULL;
    const char *why =
        match_text(client, cut, text, subject->host, subject->target->host_as_written);
    if (!why && subject->port_text_is_exact)
        return strcmp(text, subject->with_port) == 0 ? "is the host and port" : NULL;
    return why ? why : match_text(client, cut, text, subject->with_port, subject->with_port);
}

const char *entry_match(
    const struct client *client, const struct cut *cut, const struct subject *subject)
{
    struct entry entry = { .port = cut->port, .has_port = cut->has_port };
    if (!copy_entry(client, cut, &entry))
        return NULL;
    if (is_star_for(client, entry.text, subject))
        return "stands for every host";
    if ((client->defects & DEFECT_URL) && !read_as_url(client, &entry, subject))
        return NULL;
    split_port(client, &entry);
    if (entry.is_exact && entry.port == target_default_port(subject->target))
        entry.port = 0;
    bool is_root = (client->defects & DEFECT_EMPTY_IS_ROOT) && !cut_is_empty_tail(client, cut);
    bool is_nothing = !*entry.text && !is_root;
    if (is_nothing || !port_fits(client, &entry, subject->target))
        return NULL;
    normalise(client, &entry, subject);

    if (entry.is_exact && *entry.text)
        return strcmp(entry.text, subject->host) == 0 ? "is the host" : NULL;
    const char *why = match_number(client, cut, &entry, subject);
    return why ? why : match_words(client, cut, entry.text, subject);
}
