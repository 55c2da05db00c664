/* A row per key. Adding a key is a field of struct settings, its default, and a row here. */

#include "settings/keys.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/array.h"
#include "lib/memory.h"
#include "lib/redact.h"
#include "lib/suggest.h"
#include "proxy/no_proxy_entry.h"
#include "proxy/proxy_url.h"

enum key_type {
    KEY_STRING,      /* char * */
    KEY_BOOL,        /* bool */
    KEY_NUMBER,      /* unsigned int, from min to max */
    KEY_CHOICE,      /* int, the index of a choice */
    KEY_LIST,        /* struct strings */
    KEY_JOINED_LIST, /* struct strings; later files add to it */
    KEY_OUTPUTS,     /* struct strings, and whether they are named at all */
};

enum { CHOICES_MAX = 4 };

struct key {
    const char *path;
    enum key_type type;
    size_t offset; /* in struct settings */
    const char *expected;
    int (*check)(const char *text, struct error *err); /* of the string, or each of the list */
    const char *choices[CHOICES_MAX];
    unsigned int min, max;
};

static int check_proxy_url(const char *text, struct error *err)
{
    _cleanup_proxy_url_ struct proxy_url url = { 0 };
    _cleanup_strings_ struct strings warnings = { 0 }; /* given when the URL is used */
    return proxy_url_parse(text, &url, &warnings, err);
}

static int check_path(const char *text, struct error *err)
{
    return *text == '/' ? 0 : error_set(err, EX_CONFIG, -EINVAL, "\"%s\" is not absolute", text);
}

static int check_endpoint(const char *text, struct error *err)
{
    _cleanup_strings_ struct strings endpoint = { 0 };
    const char *reason = NULL;
    int r = imds_endpoint_parse(text, &endpoint, &reason);
    if (r == -ENOMEM)
        return error_no_memory(err);
    char shown[REDACTED_MAX];
    return r < 0 ? error_set(err, EX_CONFIG, r, "\"%s\": %s", redact_to(text, shown), reason) : 0;
}

/* A service as it stands in an endpoint's name:
 * https://docs.aws.amazon.com/general/latest/gr/rande.html */
static int check_service(const char *text, struct error *err)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-.");
    if (length == 0 || text[length] || !isalnum((unsigned char) *text))
        return error_set(err, EX_CONFIG, -EINVAL, "\"%s\" is not the name of a service", text);
    return 0;
}

static int check_no_proxy(const char *text, struct error *err)
{
    _cleanup_strings_ struct strings entries = { 0 };
    if (no_proxy_split(text, &entries) < 0)
        return error_no_memory(err);
    int r = 0;
    for (size_t i = 0; r == 0 && i < entries.count; i++) {
        _cleanup_no_proxy_entry_ struct no_proxy_entry entry = { 0 };
        r = no_proxy_entry_parse(entries.items[i], &entry, err);
    }
    return r;
}

#define AT(field) offsetof(struct settings, field)

static const struct key keys[] = {
    { .path = "proxy.http",
        .type = KEY_STRING,
        .offset = AT(proxy_http),
        .expected = "a proxy URL such as http://proxy.corp:3128",
        .check = check_proxy_url },
    { .path = "proxy.https",
        .type = KEY_STRING,
        .offset = AT(proxy_https),
        .expected = "a proxy URL such as http://proxy.corp:3128",
        .check = check_proxy_url },
    { .path = "proxy.username",
        .type = KEY_STRING,
        .offset = AT(proxy_username),
        .expected = "the user name for the proxy",
        .check = proxy_url_check_user },
    { .path = "proxy.password_file",
        .type = KEY_STRING,
        .offset = AT(proxy_password_file),
        .expected = "the absolute path of a file that holds the password",
        .check = check_path },
    { .path = "no_proxy.add",
        .type = KEY_JOINED_LIST,
        .offset = AT(no_proxy_add),
        .expected =
            "a list of names, addresses and blocks such as [\"corp.example\", \"10.0.0.0/8\"]",
        .check = check_no_proxy },
    { .path = "no_proxy.vpc",
        .type = KEY_BOOL,
        .offset = AT(no_proxy_vpc),
        .expected = "true or false" },
    { .path = "no_proxy.services",
        .type = KEY_LIST,
        .offset = AT(no_proxy_services),
        .expected = "a list of AWS services such as [\"s3\", \"ec2\"]",
        .check = check_service },
    { .path = "no_proxy.ipv6_brackets",
        .type = KEY_CHOICE,
        .offset = AT(no_proxy_brackets),
        .expected = "\"auto\", \"always\" or \"never\"",
        .choices = { "auto", "always", "never" } },
    { .path = "imds.endpoint",
        .type = KEY_STRING,
        .offset = AT(imds_endpoint),
        .expected = "a URL such as http://169.254.169.254, or null",
        .check = check_endpoint },
    { .path = "imds.mode",
        .type = KEY_CHOICE,
        .offset = AT(imds_mode),
        .expected = "\"auto\", \"ipv4\" or \"ipv6\"",
        .choices = { "auto", "ipv4", "ipv6" } },
    { .path = "imds.request_timeout_ms",
        .type = KEY_NUMBER,
        .offset = AT(imds_request_timeout_ms),
        .expected = "a whole number of milliseconds from 10 to 60000",
        .min = 10,
        .max = 60000 },
    { .path = "imds.deadline_s",
        .type = KEY_NUMBER,
        .offset = AT(imds_deadline_s),
        .expected = "a whole number of seconds from 1 to 3600",
        .min = 1,
        .max = 3600 },
    { .path = "imds.allow_v1",
        .type = KEY_BOOL,
        .offset = AT(imds_allow_v1),
        .expected = "true or false" },
    { .path = "credentials",
        .type = KEY_CHOICE,
        .offset = AT(credentials),
        .expected = "\"required\", \"optional\" or \"off\"",
        .choices = { "required", "optional", "off" } },
    { .path = "outputs",
        .type = KEY_OUTPUTS,
        .offset = AT(outputs),
        .expected = "\"auto\" or a list of outputs" },
    { .path = "case",
        .type = KEY_CHOICE,
        .offset = AT(letter_case),
        .expected = "\"both\", \"lower\" or \"upper\"",
        .choices = { "both", "lower", "upper" } },
};

/* The objects that the dotted paths go through. */
static const char *const groups[] = { "proxy", "no_proxy", "imds" };

enum { KEYS = ELEMENTSOF(keys) };

static void *keys_field_of(struct settings *settings, const struct key *key)
{
    return (char *) settings + key->offset;
}

static int set_text(
    const struct key *key, const char *text, struct settings *settings, struct error *err)
{
    int r = key->check(text, err);
    if (r < 0)
        return r;
    char *copy = mem_strdup(text);
    if (!copy)
        return error_no_memory(err);
    char **field = keys_field_of(settings, key);
    mem_free(*field);
    *field = copy;
    return 0;
}

static int set_string(const struct key *key, const struct json *value,
    const struct strings *outputs, struct settings *settings, struct error *err)
{
    (void) outputs;
    return set_text(key, json_string(value), settings, err);
}

static int set_bool(const struct key *key, const struct json *value, const struct strings *outputs,
    struct settings *settings, struct error *err)
{
    (void) outputs;
    (void) err;
    *(bool *) keys_field_of(settings, key) = json_bool(value);
    return 0;
}

static int set_number(const struct key *key, const struct json *value,
    const struct strings *outputs, struct settings *settings, struct error *err)
{
    (void) outputs;
    double number = json_number(value);
    if (!(number >= key->min && number <= key->max) || number != (double) (unsigned int) number)
        return error_set(err, EX_CONFIG, -EINVAL, "expected %s, got %g", key->expected, number);
    *(unsigned int *) keys_field_of(settings, key) = (unsigned int) number;
    return 0;
}

static int set_choice(const struct key *key, const struct json *value,
    const struct strings *outputs, struct settings *settings, struct error *err)
{
    (void) outputs;
    const char *text = json_string(value);
    for (int i = 0; i < CHOICES_MAX && key->choices[i]; i++)
        if (strcmp(key->choices[i], text) == 0) {
            *(int *) keys_field_of(settings, key) = i;
            return 0;
        }
    return error_set(err, EX_CONFIG, -EINVAL, "expected %s, got \"%s\"", key->expected, text);
}

static int check_output(const char *text, const struct strings *outputs, struct error *err)
{
    if (strings_contains(outputs, text))
        return 0;
    const char *near = suggest_word(text, (const char *const *) outputs->items, outputs->count);
    return error_set(err, EX_CONFIG, -EINVAL, "there is no output \"%s\"%s%s%s", text,
        near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static int append_element(const struct key *key, const struct json *element,
    const struct strings *outputs, struct strings *list, struct error *err)
{
    if (json_type(element) != JSON_STRING)
        return error_set(err, EX_CONFIG, -EINVAL, "expected %s, got %s in the list", key->expected,
            json_type_name(json_type(element)));
    const char *text = json_string(element);
    int r = key->check ? key->check(text, err) : check_output(text, outputs, err);
    if (r < 0)
        return r;
    return strings_append(list, text) < 0 ? error_no_memory(err) : 0;
}

static int set_list(const struct key *key, const struct json *value, const struct strings *outputs,
    struct settings *settings, struct error *err)
{
    struct strings *list = keys_field_of(settings, key);
    if (key->type != KEY_JOINED_LIST)
        strings_free(list);
    int r = 0;
    for (const struct json *e = json_first(value); e && r == 0; e = json_next(e))
        r = append_element(key, e, outputs, list, err);
    return r;
}

static void default_string(void *field, const void *default_field)
{
    (void) default_field; /* no string has one */
    mem_free(*(char **) field);
    *(char **) field = NULL;
}

static void default_bool(void *field, const void *default_field)
{
    memcpy(field, default_field, sizeof(bool));
}

static void default_number(void *field, const void *default_field)
{
    memcpy(field, default_field, sizeof(int)); /* or an unsigned int */
}

static void default_list(void *field, const void *default_field)
{
    (void) default_field; /* the empty list */
    strings_free(field);
}

const struct key *key_find(const char *path)
{
    for (size_t i = 0; i < KEYS; i++)
        if (strcmp(keys[i].path, path) == 0)
            return &keys[i];
    return NULL;
}

bool key_is_group(const char *path)
{
    for (size_t i = 0; i < ELEMENTSOF(groups); i++)
        if (strcmp(groups[i], path) == 0)
            return true;
    return false;
}

const char *key_suggest(const char *path)
{
    const char *paths[KEYS + ELEMENTSOF(groups)];
    for (size_t i = 0; i < KEYS; i++)
        paths[i] = keys[i].path;
    for (size_t i = 0; i < ELEMENTSOF(groups); i++)
        paths[KEYS + i] = groups[i];
    return suggest_word(path, paths, ELEMENTSOF(paths));
}

/* How each type of key is read. */
static const struct {
    enum json_type json;
    int (*set)(const struct key *key, const struct json *value, const struct strings *outputs,
        struct settings *settings, struct error *err);
    void (*set_default)(void *field, const void *default_field);
} types[] = {
    [KEY_STRING] = { JSON_STRING, set_string, default_string },
    [KEY_BOOL] = { JSON_BOOL, set_bool, default_bool },
    [KEY_NUMBER] = { JSON_NUMBER, set_number, default_number },
    [KEY_CHOICE] = { JSON_STRING, set_choice, default_number },
    [KEY_LIST] = { JSON_ARRAY, set_list, default_list },
    [KEY_JOINED_LIST] = { JSON_ARRAY, set_list, default_list },
    [KEY_OUTPUTS] = { JSON_ARRAY, set_list, default_list },
};

int key_set(const struct key *key, const struct json *value, const struct strings *outputs,
    struct settings *settings, struct error *err)
{
    enum json_type json = json_type(value);
    bool automatic =
        key->type == KEY_OUTPUTS && json == JSON_STRING && strcmp(json_string(value), "auto") == 0;
    bool is_default = json == JSON_NULL || automatic;
    if (key->type == KEY_OUTPUTS)
        settings->outputs_are_named = !is_default;
    if (is_default) {
        struct settings defaults = settings_default();
        types[key->type].set_default(keys_field_of(settings, key), keys_field_of(&defaults, key));
        return 0;
    }
    if (json != types[key->type].json)
        return error_set(
            err, EX_CONFIG, -EINVAL, "expected %s, got %s", key->expected, json_type_name(json));
    return types[key->type].set(key, value, outputs, settings, err);
}

int key_set_text(
    const struct key *key, const char *value, struct settings *settings, struct error *err)
{
    if (key->type != KEY_JOINED_LIST)
        return set_text(key, value, settings, err);
    int r = key->check(value, err);
    if (r < 0)
        return r;
    return strings_append(keys_field_of(settings, key), value) < 0 ? error_no_memory(err) : 0;
}
