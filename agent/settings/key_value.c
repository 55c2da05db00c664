/* SPDX-License-Identifier: MIT */
/* How the value of each type of key is read, and freed. */

#include <errno.h>
#include <string.h>

#include "lib/ascii.h"
#include "lib/memory.h"
#include "settings/key.h"

static void *key_field(struct settings *settings, const struct key *key)
{
    return (char *) settings + key->offset;
}

static int set_string(
    const struct key *key, const char *text, struct settings *settings, struct error *err)
{
    int r = key->check(text, err);
    if (r < 0)
        return r;
    char *copy = mem_strdup(text);
    if (!copy)
        return error_no_memory(err);
    char **field = key_field(settings, key);
    mem_free(*field);
    *field = copy;
    return 0;
}

static void free_url(struct proxy_url *url)
{
    if (url)
        proxy_url_free(url);
    mem_free(url);
}

static int set_url(const struct key *key, const char *text, const char *origin,
    struct settings *settings, struct error *err)
{
    _cleanup_proxy_url_ struct proxy_url url = { 0 };
    int r = proxy_url_parse(text, &url, err);
    if (r < 0)
        return r;
    struct proxy_url *copy = mem_calloc(1, sizeof(*copy));
    url.origin = mem_strdup(origin);
    if (!copy || !url.origin) {
        mem_free(copy);
        return error_no_memory(err);
    }
    *copy = url;
    url = (struct proxy_url){ 0 };
    struct proxy_url **field = key_field(settings, key);
    free_url(*field);
    *field = copy;
    return 0;
}

static int set_number(
    const struct key *key, double number, struct settings *settings, struct error *err)
{
    if (!(number >= key->min && number <= key->max) || number != (double) (unsigned int) number)
        return error_set(err, EX_CONFIG, -EINVAL, "expected %s, got %g", key->expected, number);
    *(unsigned int *) key_field(settings, key) = (unsigned int) number;
    return 0;
}

static int set_choice(
    const struct key *key, const char *text, struct settings *settings, struct error *err)
{
    for (unsigned int i = 0; i < key->choice_count; i++)
        if (key->choices[i] && strcmp(key->choices[i], text) == 0) {
            *(int *) key_field(settings, key) = (int) i;
            return 0;
        }
    return error_set(err, EX_CONFIG, -EINVAL, "expected %s, got another word", key->expected);
}

/* The string that an element of a list is; NULL and an error when it is none. */
static const char *element_text(
    const struct key *key, const struct json *element, struct error *err)
{
    if (json_type(element) == JSON_STRING)
        return json_string(element);
    (void) error_set(err, EX_CONFIG, -EINVAL, "expected %s, got %s in the list", key->expected,
        json_type_name(json_type(element)));
    return NULL;
}

static void free_list(struct settings_list *list)
{
    strings_free(&list->names);
    mem_free(list->origin);
    *list = (struct settings_list){ 0 };
}

/* Appends an element, or the warning that it is left out. */
static int append_element(const struct key *key, const char *text, size_t number,
    const char *origin, struct settings *settings, struct error *err)
{
    struct settings_list *list = key_field(settings, key);
    struct error reason = { 0 };
    int r = key->check ? key->check(text, &reason) : 0;
    if (r < 0 && ascii_has_control(text))
        return key->check(text, err);
    r = r < 0 ? few_printf(&settings->warnings, "%s: %s: entry %zu: %s: left out", origin,
                    key->path, number, reason.text)
              : strings_append(&list->names, text);
    return r < 0 ? error_no_memory(err) : 0;
}

static int set_list(const struct key *key, const struct json *value, const char *origin,
    struct settings *settings, struct error *err)
{
    struct settings_list *list = key_field(settings, key);
    free_list(list);
    list->origin = mem_strdup(origin);
    if (!list->origin)
        return error_no_memory(err);
    size_t number = 0;
    for (const struct json *e = json_first(value); e; e = json_next(e)) {
        const char *text = element_text(key, e, err);
        int r = text ? append_element(key, text, ++number, origin, settings, err) : -EINVAL;
        if (r < 0)
            return r;
    }
    return 0;
}

static int add_entries(const struct key *key, const char *text, const char *origin,
    struct settings *settings, struct error *err)
{
    return no_proxy_entries_parse(text, origin, key_field(settings, key), &settings->warnings, err);
}

static int set_entries(const struct key *key, const struct json *value, const char *origin,
    struct settings *settings, struct error *err)
{
    for (const struct json *e = json_first(value); e; e = json_next(e)) {
        const char *text = element_text(key, e, err);
        int r = text ? add_entries(key, text, origin, settings, err) : -EINVAL;
        if (r < 0)
            return r;
    }
    return 0;
}

void key_reset(const struct key *key, struct settings *settings)
{
    const struct settings defaults = settings_default();
    void *field = key_field(settings, key);
    const void *value = (const char *) &defaults + key->offset;
    switch (key->type) {
    case KEY_STRING:
        mem_free(*(char **) field);
        *(char **) field = NULL;
        return;
    case KEY_URL:
        free_url(*(struct proxy_url **) field);
        *(struct proxy_url **) field = NULL;
        return;
    case KEY_BOOL:
        memcpy(field, value, sizeof(bool));
        return;
    case KEY_NUMBER:
    case KEY_CHOICE:
    case KEY_SWITCH:
        memcpy(field, value, sizeof(int)); /* or an unsigned int */
        return;
    case KEY_LIST:
        free_list(field);
        ((struct settings_list *) field)->is_auto = ((const struct settings_list *) value)->is_auto;
        return;
    case KEY_ENTRIES:
        no_proxy_entries_free(field);
        return;
    }
}

static enum json_type json_type_of(enum key_type type)
{
    static const enum json_type types[] = {
        [KEY_STRING] = JSON_STRING,
        [KEY_URL] = JSON_STRING,
        [KEY_BOOL] = JSON_BOOL,
        [KEY_NUMBER] = JSON_NUMBER,
        [KEY_CHOICE] = JSON_STRING,
        [KEY_SWITCH] = JSON_STRING, /* or a boolean */
        [KEY_LIST] = JSON_ARRAY,
        [KEY_ENTRIES] = JSON_ARRAY,
    };
    return types[type];
}

static bool has_auto(const struct key *key)
{
    const struct settings defaults = settings_default();
    const void *value = (const char *) &defaults + key->offset;
    return key->type == KEY_LIST && ((const struct settings_list *) value)->is_auto;
}

static int set_value(const struct key *key, const struct json *value, const char *origin,
    struct settings *settings, struct error *err)
{
    enum json_type type = json_type(value);
    bool is_auto = type == JSON_STRING && strcmp(json_string(value), "auto") == 0;
    if (type == JSON_NULL || (is_auto && has_auto(key))) {
        key_reset(key, settings);
        return 0;
    }
    if (is_auto && key->takes_auto) {
        struct settings_list *list = key_field(settings, key);
        free_list(list);
        list->is_auto = true;
        return 0;
    }
    if (key->type == KEY_SWITCH && type == JSON_BOOL) {
        *(int *) key_field(settings, key) = json_bool(value);
        return 0;
    }
    if (type != json_type_of(key->type))
        return error_set(
            err, EX_CONFIG, -EINVAL, "expected %s, got %s", key->expected, json_type_name(type));
    switch (key->type) {
    case KEY_STRING:
        return set_string(key, json_string(value), settings, err);
    case KEY_URL:
        return set_url(key, json_string(value), origin, settings, err);
    case KEY_BOOL:
        *(bool *) key_field(settings, key) = json_bool(value);
        return 0;
    case KEY_NUMBER:
        return set_number(key, json_number(value), settings, err);
    case KEY_CHOICE:
    case KEY_SWITCH:
        return set_choice(key, json_string(value), settings, err);
    case KEY_LIST:
        return set_list(key, value, origin, settings, err);
    case KEY_ENTRIES:
        return set_entries(key, value, origin, settings, err);
    }
    return 0;
}

static int set_text(const struct key *key, const char *value, const char *origin,
    struct settings *settings, struct error *err)
{
    if (key->type == KEY_ENTRIES)
        return add_entries(key, value, origin, settings, err);
    if (key->type == KEY_URL)
        return set_url(key, value, origin, settings, err);
    return set_string(key, value, settings, err);
}

/* Entries are joined with those that were there. */
static int note_origin(
    const struct key *key, const char *origin, struct settings *settings, struct error *err)
{
    return origins_set(&settings->origins, key->path, origin, key->type == KEY_ENTRIES) < 0
               ? error_no_memory(err)
               : 0;
}

int key_set(const struct key *key, const struct json *value, const char *origin,
    struct settings *settings, struct error *err)
{
    int r = set_value(key, value, origin, settings, err);
    return r < 0 ? r : note_origin(key, origin, settings, err);
}

int key_set_text(const struct key *key, const char *value, const char *origin,
    struct settings *settings, struct error *err)
{
    int r = set_text(key, value, origin, settings, err);
    return r < 0 ? r : note_origin(key, origin, settings, err);
}
