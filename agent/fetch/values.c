/* SPDX-License-Identifier: MIT */
/* A row per setting. Adding one takes a second GetParameters, and so a second call of every boot.
 */

#include "fetch/values.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "lib/array.h"
#include "lib/json.h"
#include "lib/memory.h"
#include "lib/suggest.h"
#include "settings/keys.h"
#include "trust/ca_file.h"

const struct fetched_name fetched_names[FETCHED_NAMES] = {
    { "proxy/http", "proxy.http", FETCHED_TEXT },
    { "proxy/https", "proxy.https", FETCHED_TEXT },
    { "proxy/username", "proxy.username", FETCHED_TEXT },
    { "proxy/password", "proxy.password_file", FETCHED_PASSWORD },
    { "proxy/ca", "proxy.ca_file", FETCHED_CA },
    { "no_proxy/add", "no_proxy.add", FETCHED_LIST },
    { "no_proxy/vpc", "no_proxy.vpc", FETCHED_SWITCH },
    { "no_proxy/presets", "no_proxy.presets", FETCHED_LIST },
    { "no_proxy/services", "no_proxy.services", FETCHED_LIST },
    { "outputs", "outputs", FETCHED_LIST },
};

/* What a login is called in a secret of the console's. */
#define LOGIN "proxy/"

/* How the keys of proxies begin. */
#define PROXY "proxy.http"

static bool is_name(const char *own, const char *name)
{
    for (; *own && *name; own++, name++)
        if (*own != *name && !(*own == '/' && *name == '.'))
            return false;
    return *own == *name;
}

/* FETCHED_NAMES: none. */
static size_t find_name(enum fetched_from from, const char *name)
{
    for (size_t i = 0; i < FETCHED_NAMES; i++) {
        const char *own = fetched_names[i].name;
        bool is_login = from == FETCHED_SECRET && strncmp(own, LOGIN, strlen(LOGIN)) == 0 &&
                        (fetched_names[i].form == FETCHED_PASSWORD ||
                            strcmp(fetched_names[i].key, "proxy.username") == 0);
        if (is_name(own, name) || (is_login && strcmp(own + strlen(LOGIN), name) == 0))
            return i;
    }
    return FETCHED_NAMES;
}

static const char *find_near(const char *name)
{
    const char *words[FETCHED_NAMES];
    for (size_t i = 0; i < FETCHED_NAMES; i++)
        words[i] = fetched_names[i].name;
    return suggest_word(name, words, FETCHED_NAMES);
}

/* Who reads tags would have it: each process on the instance, and who may describe tags. */
static bool is_about_password(const char *name)
{
    static const char *const words[] = { "password", "passwd", "secret", "token" };
    for (size_t i = 0; i < ELEMENTSOF(words); i++)
        if (strcasestr(name, words[i]))
            return true;
    return false;
}

bool fetched_is_name(enum fetched_from from, const char *name)
{
    return find_name(from, name) < FETCHED_NAMES;
}

static bool fetched_is_proxy(size_t index)
{
    return index < FETCHED_NAMES && strncmp(fetched_names[index].key, PROXY, strlen(PROXY)) == 0;
}

/* Why a tag cannot have it; NULL: it can. */
static const char *refuse_tag(size_t index, const char *name, const char *text)
{
    bool is_login = fetched_is_proxy(index) && strchr(text, '@');
    if (is_about_password(name) || is_login)
        return "every process on the instance can read a tag: remove it, change the password, and "
               "put the new one into a secret (remote.secret)";
    return index < FETCHED_NAMES && fetched_names[index].form == FETCHED_CA
               ? "who may tag would choose whom this machine trusts: put it into a parameter or a "
                 "secret"
               : NULL;
}

static void fetched_value_free(struct fetched_value *value)
{
    mem_free(value->text);
    mem_free(value->origin);
}

int fetched_values_set(struct fetched_values *values, enum fetched_from from, const char *name,
    const char *origin, const char *text, const char **ret_near, struct error *err)
{
    size_t i = find_name(from, name), length = strlen(text);
    const char *why = from == FETCHED_TAG ? refuse_tag(i, name, text) : NULL;
    *ret_near = NULL;
    if (why)
        return error_set(err, EX_CONFIG, -EPERM, "%s: %s", origin, why);
    if (i == FETCHED_NAMES) {
        *ret_near = find_near(name);
        return -ENOENT;
    }
    length -= length > 0 && text[length - 1] == '\n';
    length -= length > 0 && text[length - 1] == '\r';
    struct fetched_value new = { from, mem_strndup(text, length), mem_strdup(origin) };
    if (!new.text || !new.origin) {
        fetched_value_free(&new);
        return error_no_memory(err);
    }
    fetched_value_free(&values->items[i]);
    values->items[i] = new;
    return 0;
}

/* Adds an array of what is between the commas. */
static bool add_list(struct json *object, const char *key, const char *text)
{
    struct json *list = json_add_array(object, key);
    bool ok = list;
    for (const char *p = text; ok && *p;) {
        size_t length = strcspn(p, ", \t\r\n");
        _cleanup_mem_ char *item = mem_strndup(p, length);
        ok = item && (length == 0 || json_add_string(list, NULL, item));
        p += length + (p[length] != '\0');
    }
    return ok;
}

/* Adds a value in the form that the key takes. */
static bool fetched_add_value(
    struct json *object, const char *key, const struct fetched_name *name, const char *text)
{
    if (name->form == FETCHED_LIST && strcmp(text, "auto") != 0)
        return add_list(object, key, text);
    if (name->form == FETCHED_SWITCH && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0))
        return json_add_bool(object, key, *text == 't');
    return json_add_string(object, key, text);
}

static int check_password(const char *text, struct error *err)
{
    for (const char *p = text; *p; p++)
        if (iscntrl((unsigned char) *p))
            return error_set(err, EX_CONFIG, -EINVAL,
                "it has more than one line, or a control character: store the password alone");
    return *text ? 0 : error_set(err, EX_CONFIG, -EINVAL, "it is empty: store the password");
}

/* Appends what it warns of, without the origin. */
static int check_ca(const char *text, int64_t now, struct strings *words, struct error *err)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    _cleanup_ca_file_ struct ca_file file = { 0 };
    if (buffer_append_text(&bytes, text) < 0)
        return error_no_memory(err);
    return ca_file_parse(&bytes, now, &file, words, err);
}

/* A setting as the file will have it. */
static int check_setting(const struct fetched_name *name, const struct fetched_value *value,
    struct strings *warnings, struct error *err)
{
    _cleanup_settings_ struct settings scratch = settings_default();
    _cleanup_json_ struct json *object = json_new_object();
    if (!object || !fetched_add_value(object, name->key, name, value->text))
        return error_no_memory(err);
    int r = key_set(key_find(name->key), json_first(object), value->origin, &scratch, err);
    return r == 0 && few_tell(&scratch.warnings, "entries", warnings) < 0 ? error_no_memory(err)
                                                                          : r;
}

/* Appends what is warned of. */
static int check_value(const struct fetched_name *name, const struct fetched_value *value,
    int64_t now, struct strings *warnings, struct error *err)
{
    _cleanup_strings_ struct strings words = { 0 };
    int r = name->form == FETCHED_PASSWORD ? check_password(value->text, err)
            : name->form == FETCHED_CA     ? check_ca(value->text, now, &words, err)
                                           : check_setting(name, value, warnings, err);
    for (size_t i = 0; r == 0 && i < words.count; i++)
        if (strings_printf(warnings, "%s: %s", value->origin, words.items[i]) < 0)
            r = error_no_memory(err);
    return r;
}

/* Who may tag would get the password of who may not. */
static int refuse_mix(const struct fetched_values *values, struct error *err)
{
    const struct fetched_value *tagged = NULL;
    bool has_password = false;
    for (size_t i = 0; i < FETCHED_NAMES; i++) {
        const struct fetched_value *value = &values->items[i];
        if (value->text && value->from == FETCHED_TAG && fetched_is_proxy(i))
            tagged = value;
        has_password |= value->text && fetched_names[i].form == FETCHED_PASSWORD;
    }
    return tagged && has_password
               ? error_set(err, EX_CONFIG, -EPERM,
                     "%s: it names the proxy that would be sent the password that AWS holds: put "
                     "the proxy beside the password",
                     tagged->origin)
               : 0;
}

int fetched_values_check(
    const struct fetched_values *values, int64_t now, struct strings *warnings, struct error *err)
{
    int mixed = refuse_mix(values, err);
    if (mixed < 0)
        return mixed;
    for (size_t i = 0; i < FETCHED_NAMES; i++) {
        const struct fetched_value *value = &values->items[i];
        int r = value->text ? check_value(&fetched_names[i], value, now, warnings, err) : 0;
        if (r < 0) {
            error_prefix(err, "%s: ", value->origin);
            return r;
        }
    }
    return 0;
}

const char *fetched_path(const struct fetched_files *files, enum fetched_form form)
{
    return form == FETCHED_PASSWORD ? files->password : form == FETCHED_CA ? files->ca : NULL;
}

/* Whether the file has the value: what would be a password on a disk is left out. */
static bool is_printed(
    const struct fetched_values *values, size_t index, const struct fetched_files *files)
{
    const char *text = values->items[index].text;
    bool is_secret = fetched_names[index].form == FETCHED_PASSWORD ||
                     (text && fetched_is_proxy(index) && strchr(text, '@'));
    return text && (files->password || !is_secret);
}

/* The group that is being written; zero-initialise: {0}. */
struct printing {
    const char *name; /* of its first key */
    struct json *group;
};

/* The object of the keys with that beginning, which is made with the first of them: they stand
 * together. */
static struct json *fetched_group_of(struct json *root, const char *key, struct printing *printing)
{
    size_t length = strcspn(key, ".");
    if (!key[length])
        return root;
    if (printing->name && strncmp(printing->name, key, length + 1) == 0)
        return printing->group;
    _cleanup_mem_ char *name = mem_strndup(key, length);
    printing->name = key;
    printing->group = name ? json_add_object(root, name) : NULL;
    return printing->group;
}

int fetched_values_print(
    const struct fetched_values *values, const struct fetched_files *files, struct buffer *ret)
{
    _cleanup_json_ struct json *root = json_new_object();
    struct printing printing = { 0 };
    bool ok = root;
    for (size_t i = 0; ok && i < FETCHED_NAMES; i++) {
        const struct fetched_name *name = &fetched_names[i];
        const char *path = fetched_path(files, name->form), *dot = strchr(name->key, '.');
        if (!is_printed(values, i, files))
            continue;
        struct json *group = fetched_group_of(root, name->key, &printing);
        ok = group && fetched_add_value(group, dot ? dot + 1 : name->key, name,
                          path ? path : values->items[i].text);
    }
    return ok ? json_print(root, ret) : -ENOMEM;
}

void fetched_values_free(struct fetched_values *values)
{
    for (size_t i = 0; i < FETCHED_NAMES; i++)
        fetched_value_free(&values->items[i]);
    *values = (struct fetched_values){ 0 };
}
