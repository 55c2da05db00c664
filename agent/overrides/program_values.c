/* SPDX-License-Identifier: MIT */
/* The last line of a meaning counts. */

#include "overrides/program_values.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "lib/array.h"
#include "lib/memory.h"
#include "overrides/compare.h"

enum { PROGRAM_VALUES_MAX = 1000 };

static void program_value_free(struct program_value *value)
{
    mem_free(value->scope);
    mem_free(value->name);
    mem_free(value->value);
    mem_free(value->path);
}

void program_values_free(struct program_values *values)
{
    for (size_t i = 0; i < values->count; i++)
        program_value_free(&values->items[i]);
    mem_free(values->items);
    *values = (struct program_values){ 0 };
}

/* One option of curl takes the place of the other. */
static enum program_meaning program_place(enum program_meaning meaning)
{
    return meaning == MEANS_SOCKS ? MEANS_BOTH : meaning;
}

/* The place of a setting; NULL when memory is short. */
static struct program_value *program_values_place(
    struct program_values *values, const struct program_value *value)
{
    for (size_t i = 0; i < values->count; i++) {
        struct program_value *old = &values->items[i];
        if (program_place(old->meaning) == program_place(value->meaning) &&
            strcmp(old->scope, value->scope) == 0) {
            program_value_free(old);
            return old;
        }
    }
    struct program_value *items = mem_grow(values->items, values->count + 1, sizeof(*items));
    if (!items)
        return NULL;
    values->items = items;
    return &items[values->count++];
}

int program_values_set(struct program_values *values, const struct program_value *value)
{
    if (values->count >= PROGRAM_VALUES_MAX)
        return 0;
    struct program_value *place = program_values_place(values, value);
    if (!place)
        return -ENOMEM;
    *place = *value;
    place->scope = mem_strdup(value->scope);
    place->name = mem_strdup(value->name);
    place->value = mem_strdup(value->value);
    place->path = mem_strdup(value->path);
    return place->scope && place->name && place->value && place->path ? 0 : -ENOMEM;
}

/* Whether a proxy means what we have, for one variable: 1, 0 or -ENOMEM. */
static int program_agrees(
    const struct environment *environment, enum variable_id id, const char *value)
{
    return environment_get(environment, id) ? compare_is_ours(environment, id, value) : 1;
}

static bool program_is_off(const char *value)
{
    return strcasecmp(value, "off") == 0 || strcasecmp(value, "no") == 0 || strcmp(value, "0") == 0;
}

/* Whether a value says that there is none. */
static bool program_is_none(const char *value, bool empty_is_direct)
{
    static const char *const none[] = { "null", "false", "_none_" };
    for (size_t i = 0; !empty_is_direct && i < ELEMENTSOF(none); i++)
        if (strcmp(value, none[i]) == 0)
            return true;
    return !*value;
}

/* Whether a value leaves all as we have it: 1, 0 or -ENOMEM. */
static int program_is_ours(
    const struct environment *environment, enum program_meaning meaning, const char *value)
{
    int r;
    switch (meaning) {
    case MEANS_HTTP:
        return program_agrees(environment, VARIABLE_HTTP_PROXY, value);
    case MEANS_HTTPS:
        return program_agrees(environment, VARIABLE_HTTPS_PROXY, value);
    case MEANS_BOTH:
        r = program_agrees(environment, VARIABLE_HTTP_PROXY, value);
        return r == 1 ? program_agrees(environment, VARIABLE_HTTPS_PROXY, value) : r;
    case MEANS_SOCKS:
        return 0;
    case MEANS_BEFORE:
        return !*value;
    case MEANS_SINGLE:
        r = environment_get(environment, VARIABLE_HTTPS_PROXY) ? VARIABLE_HTTPS_PROXY
                                                               : VARIABLE_HTTP_PROXY;
        return program_agrees(environment, (enum variable_id) r, value);
    case MEANS_LIST:
        return program_agrees(environment, VARIABLE_NO_PROXY, value);
    case MEANS_ADDITION:
        return *value != '\0';
    case MEANS_SWITCH:
        return !program_is_off(value);
    }
    return 1;
}

int program_values_report(const struct program_values *values, const struct detection *detection,
    const struct override *like, bool empty_is_direct)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < values->count; i++) {
        const struct program_value *value = &values->items[i];
        /* One more host that is asked directly takes nothing away. */
        if (program_is_none(value->value, empty_is_direct) &&
            (!empty_is_direct || value->is_special))
            continue;
        r = program_is_ours(detection->environment, value->meaning, value->value);
        struct override item = *like;
        item.effect = *value->value ? OVERRIDE_WINS : OVERRIDE_UNSETS;
        item.path = value->path;
        item.line = value->line;
        item.variable = value->name;
        item.value = value->value;
        r = r == 0 ? overrides_add(detection->found, &item) : r < 0 ? r : 0;
    }
    return r;
}
