/* SPDX-License-Identifier: MIT */
/* Clients disagree already on where an entry ends: on separators, on blanks, on empty entries. Each
 * client's list is cut here by its own rules. */

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

static void trim_front(struct split *split)
{
    while (split->length > 0 && ascii_is_white(*split->entry)) {
        split->entry++;
        split->length--;
    }
}

static void trim_back(struct split *split)
{
    while (split->length > 0 && ascii_is_white(split->entry[split->length - 1]))
        split->length--;
}

static void split_trim(const struct client *client, struct split *split)
{
    bool around = client->trim == TRIM_AROUND_COMMA;
    if (client->trim == TRIM_BOTH || (around && !split->is_first) ||
        (client->trim == TRIM_AFTER_COMMA && !split->is_first))
        trim_front(split);
    if (client->trim == TRIM_BOTH || (around && !split->is_last))
        trim_back(split);
}

/* The digits behind a colon belong to the entry before it. */
static void take_port(struct split *split)
{
    size_t digits = *split->rest == ':' ? strspn(split->rest + 1, "0123456789") : 0;
    if (digits == 0 || split->length == 0)
        return;
    unsigned long port = strtoul(split->rest + 1, NULL, 10);
    split->port = port <= 65535 ? (unsigned int) port : 0;
    split->has_port = true;
    split->rest += 1 + digits;
}

/* Whether the client has stopped reading: a blank that is no comma's follows the last entry. */
static bool has_stopped(const struct client *client, const struct split *split)
{
    if (!(client->defects & DEFECT_BLANK_ENDS_LIST) || split->length == 0)
        return false;
    return split->rest[strspn(split->rest, " \t")] != ',';
}

static const char *find_tail(const char *list)
{
    const char *tail = list + strlen(list);
    while (tail > list && (tail[-1] == ',' || ascii_is_white(tail[-1])))
        tail--;
    return tail;
}

bool split_next(const struct client *client, const char *list, struct split *split)
{
    bool is_first = split->rest == NULL;
    if (is_first) {
        split->rest = list;
        split->tail = find_tail(list);
    } else if (*split->rest == '\0' || has_stopped(client, split)) {
        return false;
    } else if (client->split != SPLIT_COLON || strchr(separators_of(client), *split->rest)) {
        split->rest++; /* or else the entry ended behind its port */
    }
    split->is_first = is_first;
    split->port = 0;
    split->has_port = false;
    split->entry = split->rest;
    split->length = strcspn(split->rest, separators_of(client));
    split->rest += split->length;
    split->is_last = *split->rest == '\0';
    if (client->split == SPLIT_COLON)
        take_port(split);
    split_trim(client, split);
    return true;
}

bool split_is_star(const struct split *split)
{
    return split->length == 1 && *split->entry == '*';
}

bool split_is_empty_tail(const struct client *client, const struct split *split)
{
    return client->trim == TRIM_AROUND_COMMA && split->length == 0 && split->rest >= split->tail;
}
