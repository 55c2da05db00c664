/* SPDX-License-Identifier: MIT */
/* The columns plain, dot and wild of the clients' table. */

#include "clients/entry_name.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "clients/host_forms.h"

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

const char *entry_name_plain(enum client_plain plain, const char *name, const char *host)
{
    if (strcmp(name, host) == 0)
        return "is the host";
    if (plain == PLAIN_LABELS && ends_with_label(host, name))
        return "covers the names below it";
    if (plain == PLAIN_TEXT && ends_with(host, name))
        return "is the text that the host ends in";
    return NULL;
}

static bool entry_name_begins_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

const char *entry_name_below(const char *dotted, const char *host)
{
    return ends_with(host, dotted) ? "covers the names below it" : NULL;
}

static const char *match_both(const struct client *client, const char *dotted, const char *host)
{
    bool is_prefix =
        (client->defects & DEFECT_PREFIX) && strncasecmp(dotted + 1, host, strlen(host)) == 0;
    return strcmp(dotted + 1, host) == 0 || is_prefix ? "covers the host"
                                                      : entry_name_below(dotted, host);
}

/* fnmatch(3) with nothing special but '*'. */
static const char *match_glob(const char *text, const char *host)
{
    char pattern[2 * HOST_FORM_MAX];
    size_t used = 0;
    for (const char *p = text; *p; p++) {
        if (strchr("?[]\\", *p))
            pattern[used++] = '\\';
        pattern[used++] = *p;
    }
    pattern[used] = '\0';
    return fnmatch(pattern, host, 0) == 0 ? "stands for the host" : NULL;
}

static const char *match_glob_or_not(const char *text, const char *host)
{
    if (*text != '!')
        return match_glob(text, host);
    return match_glob(text + 1, host) ? NULL : "stands for every host but that one";
}

static const char *match_dot_star(const char *text, const char *host)
{
    char pattern[HOST_FORM_MAX];
    (void) snprintf(pattern, sizeof(pattern), "*%s", text + 1);
    return match_glob(pattern, host);
}

/* An entry that begins with a dot. */
static const char *match_dot(
    const struct client *client, const struct split *split, const char *text, const char *host)
{
    switch (client->dot) {
    case DOT_LITERAL:
        return NULL;
    case DOT_SUBDOMAINS:
        return entry_name_below(text, host);
    case DOT_BOTH:
        return match_both(client, text, host);
    case DOT_STRIPPED:
        return entry_name_plain(client->plain, text + 1, host);
    case DOT_STRIPPED_ALL:
        text += strspn(text, ".");
        return entry_name_plain(client->plain, text, host);
    case DOT_TEXT:
        if (strcmp(text + 1, host) == 0)
            return "is the host";
        if ((client->defects & DEFECT_LAST_ONLY) && !split->is_last)
            return NULL;
        return ends_with(host, text + 1) ? "is the text that the host ends in" : NULL;
    case DOT_STAR:
        return match_dot_star(text, host);
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
    char middle[HOST_FORM_MAX];
    (void) snprintf(middle, sizeof(middle), "%.*s", (int) inner_length - 1, inner);
    bool found = *text == '*' ? strstr(host, middle) != NULL : entry_name_begins_with(host, middle);
    return found ? "stands for the host" : NULL;
}

/* An entry with a '*' in it. */
static const char *match_wild(const struct client *client, const char *text, const char *host)
{
    bool is_subdomains = entry_name_begins_with(text, "*.");
    switch (client->wild) {
    case WILD_LITERAL:
        return NULL;
    case WILD_SUBDOMAINS:
        return is_subdomains ? entry_name_below(text + 1, host) : NULL;
    case WILD_BOTH:
        return is_subdomains ? match_both(client, text + 1, host) : NULL;
    case WILD_STRIPPED:
        return is_subdomains ? entry_name_plain(client->plain, text + 2, host) : NULL;
    case WILD_SUFFIX:
        return *text == '*' && ends_with(host, text + 1) ? "stands for the host" : NULL;
    case WILD_DROPPED:
        if (*text != '*')
            return NULL;
        return text[1] == '.' ? entry_name_below(text + 1, host)
                              : entry_name_plain(client->plain, text + 1, host);
    case WILD_EDGES:
        return match_edges(text, host);
    case WILD_GLOB:
        return match_glob_or_not(text, host);
    }
    return NULL;
}

const char *entry_name_match(
    const struct client *client, const struct split *split, const char *text, const char *host)
{
    if (!*host)
        return NULL;
    if ((client->defects & DEFECT_SHORT_IS_EXACT) && strlen(text) <= 2)
        return entry_name_plain(PLAIN_EXACT, text, host);
    if (*text == '.')
        return match_dot(client, split, text, host);
    bool is_wild = strchr(text, '*') || (*text == '!' && client->wild == WILD_GLOB);
    if (is_wild && client->wild != WILD_LITERAL)
        return match_wild(client, text, host);
    return entry_name_plain(client->plain, text, host);
}
