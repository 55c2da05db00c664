/* SPDX-License-Identifier: MIT */
/* The last one who sets a variable wins. */

#include "overrides/values.h"

#include <errno.h>
#include <string.h>

#include "lib/memory.h"
#include "overrides/compare.h"

enum {
    VALUES_MAX = 1000,
    VALUE_LENGTH_MAX = 1 << 15, /* a longer one is not kept: values can double line by line */
};

static void value_free(struct value *value)
{
    mem_free(value->name);
    mem_free(value->text);
    mem_free(value->path);
}

void values_free(struct values *values)
{
    for (size_t i = 0; i < values->count; i++)
        value_free(&values->items[i]);
    mem_free(values->items);
    hash_index_free(&values->names);
    *values = (struct values){ 0 };
}

static struct value *values_find(const struct values *values, const char *name, size_t length)
{
    uint64_t hash = hash_bytes(name, length);
    for (size_t slot = HASH_BEGIN, i; hash_index_next(&values->names, hash, &slot, &i);)
        if (strncmp(values->items[i].name, name, length) == 0 && !values->items[i].name[length])
            return &values->items[i];
    return NULL;
}

const struct value *values_get(const struct values *values, const char *name, size_t length)
{
    return values_find(values, name, length);
}

static int values_add(struct values *values, const char *name, struct value **ret)
{
    struct value *items = mem_grow(values->items, values->count + 1, sizeof(*items));
    if (!items)
        return -ENOMEM;
    values->items = items;
    struct value *value = &items[values->count];
    *value = (struct value){ .name = mem_strdup(name) };
    if (!value->name)
        return -ENOMEM;
    *ret = &items[values->count++];
    return hash_index_add(&values->names, hash_bytes(name, strlen(name)), values->count - 1);
}

static int value_set(struct value *value, const struct assignment *assignment)
{
    _cleanup_mem_ char *text = assignment->text ? mem_strdup(assignment->text) : NULL;
    _cleanup_mem_ char *path = assignment->path ? mem_strdup(assignment->path) : NULL;
    if ((assignment->text && !text) || (assignment->path && !path))
        return -ENOMEM;
    mem_free(value->text);
    mem_free(value->path);
    value->text = TAKE_PTR(text);
    value->path = TAKE_PTR(path);
    value->line = assignment->line;
    value->is_known = assignment->is_known;
    value->is_exported = value->is_exported || assignment->is_export;
    value->is_readonly = value->is_readonly || assignment->is_readonly;
    return 0;
}

/* What is known after an assignment. Nobody knows what another variable is that may have been set;
 * and of a value that is too long nothing is kept: what is cut off can be what a password is known
 * by. */
static struct assignment what_is_kept(const struct assignment *assignment, enum variable_id id)
{
    struct assignment kept = *assignment;
    bool is_sure = id != VARIABLES || assignment->reach == REACH_ALWAYS;
    bool is_long = assignment->text && strlen(assignment->text) > VALUE_LENGTH_MAX;
    kept.is_known = assignment->is_known && is_sure && !is_long;
    if (is_long)
        kept.text = "(too long)";
    return kept;
}

int values_assign(struct values *values, const struct environment *environment,
    const struct assignment *assignment)
{
    size_t length = strlen(assignment->name);
    struct value *value = values_find(values, assignment->name, length);
    if (assignment->reach == REACH_NEVER || (value && value->is_readonly))
        return 0;
    enum variable_id id = compare_variable(environment, assignment->name);
    int is_ours = 0;
    if (id != VARIABLES && assignment->text)
        is_ours = compare_is_ours(environment, id, assignment->text);
    if (is_ours < 0)
        return is_ours;
    /* What may or may not happen, and would change nothing, changes nothing. */
    if (is_ours && assignment->reach == REACH_MAYBE)
        return 0;
    if (!value && values->count >= VALUES_MAX)
        return 0;
    if (!value && values_add(values, assignment->name, &value) < 0)
        return -ENOMEM;
    const struct assignment kept = what_is_kept(assignment, id);
    return value_set(value, &kept);
}

void values_export(struct values *values, const char *name)
{
    struct value *value = values_find(values, name, strlen(name));
    if (value)
        value->is_exported = true;
}

int values_set(
    struct values *values, const struct environment *environment, const struct variable *variable)
{
    return values_assign(values, environment,
        &(struct assignment){ .name = variable->name,
            .text = variable->value,
            .is_known = true,
            .is_export = true,
            .reach = REACH_ALWAYS });
}

int values_reset(struct values *values, const struct environment *environment)
{
    struct variable list[VARIABLES_WRITTEN_MAX];
    size_t count = environment_list(environment, list);
    int r = 0;
    for (size_t i = 0; r == 0 && i < count; i++)
        r = values_set(values, environment, &list[i]);
    return r;
}

int values_begin(struct values *values, const struct environment *environment)
{
    struct environment both = *environment; /* borrows */
    struct variable list[VARIABLES_WRITTEN_MAX];
    both.letter_case = LETTER_CASE_BOTH;
    size_t count = environment_list(&both, list);
    int r = 0;
    for (size_t i = 0; r == 0 && i < count; i++)
        r = values_assign(values, environment,
            &(struct assignment){ .name = list[i].name, .is_known = true, .reach = REACH_ALWAYS });
    return r < 0 ? r : values_reset(values, environment);
}

/* Whether the value is what a program would not get from us: 1, 0 or -ENOMEM. */
static int value_overrides(const struct value *value, const struct environment *environment)
{
    enum variable_id id = compare_variable(environment, value->name);
    if (!value->path || !value->is_exported || id == VARIABLES)
        return 0;
    if (!value->text)
        return compare_is_written(environment, value->name);
    int r = compare_is_ours(environment, id, value->text);
    return r < 0 ? r : !r;
}

int values_report(
    const struct values *values, const struct detection *detection, const struct override *like)
{
    for (size_t i = 0; i < values->count; i++) {
        const struct value *value = &values->items[i];
        int r = value_overrides(value, detection->environment);
        if (r < 0)
            return r;
        struct override item = *like;
        item.effect = value->text && *value->text ? OVERRIDE_WINS : OVERRIDE_UNSETS;
        item.path = value->path;
        item.line = value->line;
        item.variable = value->name;
        item.value = value->text;
        if (r > 0 && overrides_add(detection->found, &item) < 0)
            return -ENOMEM;
    }
    return 0;
}
