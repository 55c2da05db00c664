/* A table of separators, and what some clients do with blanks. */

#include "clients/split.h"

#include <stdlib.h>
#include <string.h>

#include "lib/ascii.h"

static const char *separators_of(const struct client *client)
{
    static const char *const separators[] = {
        [SPLIT_COMMA] = ",",
        [SPLIT_COMMA_SPACE] = ", ",
        [SPLIT_COMMA_BLANK] = ", \t",
        [SPLIT_COMMA_WHITE] = "," ASCII_WHITE,
        [SPLIT_COMMA_BAR] = ",|",
        [SPLIT_COLON] = ",:" ASCII_WHITE,
    };
    return separators[client->split];
}

static void trim_front(struct cut *cut)
{
    while (cut->length > 0 && ascii_is_white(*cut->entry)) {
        cut->entry++;
        cut->length--;
    }
}

static void trim_back(struct cut *cut)
{
    while (cut->length > 0 && ascii_is_white(cut->entry[cut->length - 1]))
        cut->length--;
}

static void trim(const struct client *client, struct cut *cut)
{
    bool around = client->trim == TRIM_AROUND_COMMA;
    if (client->trim == TRIM_BOTH || (around && !cut->is_first) ||
        (client->trim == TRIM_AFTER_COMMA && !cut->is_first))
        trim_front(cut);
    if (client->trim == TRIM_BOTH || (around && !cut->is_last))
        trim_back(cut);
}

/* The digits behind a colon belong to the entry before it. */
static void take_port(struct cut *cut)
{
    size_t digits = *cut->rest == ':' ? strspn(cut->rest + 1, "0123456789") : 0;
    if (digits == 0 || cut->length == 0)
        return;
    unsigned long port = strtoul(cut->rest + 1, NULL, 10);
    cut->port = port <= 65535 ? (unsigned int) port : 0;
    cut->has_port = true;
    cut->rest += 1 + digits;
}

/* Whether the client has stopped reading: a blank that is no comma's follows the last entry. */
static bool has_stopped(const struct client *client, const struct cut *cut)
{
    if (!(client->defects & DEFECT_BLANK_ENDS_LIST) || cut->length == 0)
        return false;
    return cut->rest[strspn(cut->rest, " \t")] != ',';
}

static const char *find_tail(const char *list)
{
    const char *tail = list + strlen(list);
    while (tail > list && (tail[-1] == ',' || ascii_is_white(tail[-1])))
        tail--;
    return tail;
}

bool cut_next(const struct client *client, const char *list, struct cut *cut)
{
    bool is_first = cut->rest == NULL;
    if (is_first) {
        cut->rest = list;
        cut->tail = find_tail(list);
    } else if (*cut->rest == '\0' || has_stopped(client, cut)) {
        return false;
    } else if (client->split != SPLIT_COLON || strchr(separators_of(client), *cut->rest)) {
        cut->rest++; /* or else the entry ended behind its port */
    }
    cut->is_first = is_first;
    cut->port = 0;
    cut->has_port = false;
    cut->entry = cut->rest;
    cut->length = strcspn(cut->rest, separators_of(client));
    cut->rest += cut->length;
    cut->is_last = *cut->rest == '\0';
    if (client->split == SPLIT_COLON)
        take_port(cut);
    trim(client, cut);
    return true;
}

bool cut_is_star(const struct cut *cut)
{
    return cut->length == 1 && *cut->entry == '*';
}

bool cut_is_empty_tail(const struct client *client, const struct cut *cut)
{
    return client->trim == TRIM_AROUND_COMMA && cut->length == 0 && cut->rest >= cut->tail;
}
