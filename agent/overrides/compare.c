/* SPDX-License-Identifier: MIT */
/* URLs are compared in their canonical form, lists entry by entry. */

#include "overrides/compare.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "lib/ascii.h"
#include "lib/memory.h"
#include "proxy/no_proxy_entries.h"
#include "proxy/proxy_url.h"

/* Every variable in its two spellings: what a list of both letter cases has. */
static size_t list_both(
    const struct environment *environment, struct variable list[static VARIABLES_WRITTEN_MAX])
{
    struct environment both = *environment; /* borrows */
    both.letter_case = LETTER_CASE_BOTH;
    return environment_list(&both, list);
}

enum variable_id compare_variable(const struct environment *environment, const char *name)
{
    struct variable list[VARIABLES_WRITTEN_MAX];
    size_t count = list_both(environment, list);
    for (size_t i = 0; i < count; i++)
        for (size_t id = 0; strcmp(list[i].name, name) == 0 && id < VARIABLES; id++)
            if (environment_get(environment, (enum variable_id) id) == list[i].value)
                return (enum variable_id) id;
    return VARIABLES;
}

bool compare_is_written(const struct environment *environment, const char *name)
{
    struct variable list[VARIABLES_WRITTEN_MAX];
    size_t count = environment_list(environment, list);
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].name, name) == 0)
            return true;
    return false;
}

/* The canonical form of a URL, or a copy of what is none. NULL when memory is short. */
static char *canonical(const char *value)
{
    _cleanup_proxy_url_ struct proxy_url url = { 0 };
    int r = proxy_url_parse(value, &url, NULL);
    if (r == -ENOMEM)
        return NULL;
    return r < 0 ? mem_strdup(value) : proxy_url_format(&url);
}

static int is_same_url(const char *ours, const char *value)
{
    _cleanup_mem_ char *a = canonical(ours), *b = canonical(value);
    return a && b ? strcmp(a, b) == 0 : -ENOMEM;
}

static int has_all_entries(const char *ours, const char *value)
{
    _cleanup_strings_ struct strings needed = { 0 }, given = { 0 };
    if (no_proxy_entries_split(ours, &needed) < 0 || no_proxy_entries_split(value, &given) < 0)
        return -ENOMEM;
    _cleanup_strings_ struct strings lower = { 0 };
    for (size_t i = 0; i < given.count; i++) {
        ascii_lower(given.items[i]);
        if (strings_add_unique(&lower, given.items[i]) < 0)
            return -ENOMEM;
    }
    for (size_t i = 0; i < needed.count; i++)
        if (!strings_contains(&lower, needed.items[i]))
            return 0;
    /* A star makes everything direct. */
    return !strings_contains(&lower, "*") || strings_contains(&needed, "*");
}

int compare_is_ours(const struct environment *environment, enum variable_id id, const char *value)
{
    const char *ours = environment_get(environment, id);
    if (!ours)
        return 0;
    if (strcmp(ours, value) == 0)
        return 1;
    if (id == VARIABLE_HTTP_PROXY || id == VARIABLE_HTTPS_PROXY)
        return is_same_url(ours, value);
    return id == VARIABLE_NO_PROXY ? has_all_entries(ours, value) : 0;
}
