/* SPDX-License-Identifier: MIT */
/* What apt reads after /etc/apt/apt.conf.d/95ec2-bootstrap: the parts that sort behind it, then
 * /etc/apt/apt.conf. A proxy for one host, and a program that finds a proxy, count wherever they
 * stand. apt.conf(5), apt-transport-http(1). */

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "lib/array.h"
#include "lib/memory.h"
#include "overrides/apt_parser.h"
#include "overrides/compare.h"
#include "overrides/detector.h"
#include "overrides/place.h"
#include "proxy/no_proxy_entries.h"

#define PARTS    "/etc/apt/apt.conf.d"
#define OUR_PART "95ec2-bootstrap"
#define DIRECT   "DIRECT"
#define REMEDY   "remove that setting"

enum {
    APT_DEPTH_MAX = 10,
    APT_FILES_MAX = 2000,
    APT_FILE_SIZE = 4096,         /* bytes: a larger file counts as several */
    APT_COMPARISONS_MAX = 1 << 20 /* of names with those that are to be cleared */
};

static const struct {
    const char *name;
    enum variable_id id;
} schemes[] = {
    { "http", VARIABLE_HTTP_PROXY },
    { "https", VARIABLE_HTTPS_PROXY },
};

enum { APT_SETTINGS_MAX = 500 };

/* A setting that is in force. */
struct apt_setting {
    size_t scheme;
    const char *kind; /* "Proxy", "Proxy-Auto-Detect" */
    char *name;       /* as it is written */
    char *host;       /* NULL: for all */
    char *value;
    char *path;
    size_t line;
};

struct apt_settings {
    const struct detection *detection;
    struct strings entries; /* of our list */
    struct apt_setting *items;
    size_t count;
    const char *path;   /* of the file that is read */
    unsigned int depth; /* of files that #include others */
    size_t files;       /* that were read, by their size */
    size_t comparisons;
};

static void apt_setting_free(struct apt_setting *setting)
{
    mem_free(setting->name);
    mem_free(setting->host);
    mem_free(setting->value);
    mem_free(setting->path);
}

static void apt_remove(struct apt_settings *settings, size_t i)
{
    apt_setting_free(&settings->items[i]);
    settings->items[i] = settings->items[--settings->count];
}

/* Takes over the setting, in the place of an earlier one of the same meaning. */
static int apt_set(struct apt_settings *settings, struct apt_setting *setting)
{
    for (size_t i = 0; i < settings->count; i++) {
        const struct apt_setting *old = &settings->items[i];
        const char *a = old->host ? old->host : "", *b = setting->host ? setting->host : "";
        if (old->scheme == setting->scheme && strcmp(old->kind, setting->kind) == 0 &&
            strcasecmp(a, b) == 0) {
            apt_setting_free(&settings->items[i]);
            settings->items[i] = *setting;
            return 0;
        }
    }
    if (settings->count >= APT_SETTINGS_MAX) {
        apt_setting_free(setting);
        return 0;
    }
    struct apt_setting *items = mem_grow(settings->items, settings->count + 1, sizeof(*items));
    if (!items)
        return -ENOMEM;
    settings->items = items;
    items[settings->count++] = *setting;
    return 0;
}

/* Whether a name goes on with a part, and where the rest of it begins; case does not matter. */
static bool apt_take_part(const char **name, const char *part)
{
    size_t length = strlen(part);
    if (strncasecmp(*name, part, length) != 0 ||
        ((*name)[length] && strncmp(*name + length, "::", 2) != 0))
        return false;
    *name += length;
    *name += **name ? 2 : 0;
    return true;
}

/* The scheme of "Acquire::SCHEME::…", and the rest of the name. */
static bool apt_take_scheme(const char **name, size_t *ret)
{
    if (!apt_take_part(name, "Acquire"))
        return false;
    for (size_t i = 0; i < ELEMENTSOF(schemes); i++)
        if (apt_take_part(name, schemes[i].name)) {
            *ret = i;
            return true;
        }
    return false;
}

static int apt_add(struct apt_settings *settings, const struct apt_statement *statement,
    size_t scheme, const char *kind, const char *host)
{
    struct apt_setting setting = { .scheme = scheme,
        .kind = kind,
        .name = mem_strdup(statement->name),
        .host = *host ? mem_strdup(host) : NULL,
        .value = mem_strdup(statement->value),
        .path = mem_strdup(settings->path),
        .line = statement->line };
    bool ok = setting.name && setting.value && setting.path && (setting.host || !*host);
    int r = ok ? apt_set(settings, &setting) : -ENOMEM;
    if (r < 0)
        apt_setting_free(&setting);
    return r;
}

/* The name of a setting without what is its own case and spelling: "Acquire::http::Proxy::host". */
static int apt_full_name(const struct apt_setting *setting, struct buffer *ret)
{
    return buffer_printf(ret, "Acquire::%s::%s%s%s", schemes[setting->scheme].name, setting->kind,
        setting->host ? "::" : "", setting->host ? setting->host : "");
}

/* "#clear NAME" takes away the name and all below it; of ours, it leaves a setting without a value.
 */
static int apt_clear(struct apt_settings *settings, const struct apt_statement *statement)
{
    settings->comparisons += settings->count;
    if (settings->comparisons > APT_COMPARISONS_MAX)
        return 0;
    for (size_t i = settings->count; i > 0; i--) {
        _cleanup_buffer_ struct buffer name = { 0 };
        if (apt_full_name(&settings->items[i - 1], &name) < 0)
            return -ENOMEM;
        const char *rest = name.data;
        if (apt_take_part(&rest, statement->value))
            apt_remove(settings, i - 1);
    }
    int r = 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(schemes); i++) {
        _cleanup_buffer_ struct buffer name = { 0 };
        const struct apt_setting ours = { .scheme = i, .kind = "Proxy" };
        if (apt_full_name(&ours, &name) < 0)
            return -ENOMEM;
        const struct apt_statement none = { name.data, "", statement->line };
        const char *rest = name.data;
        if (apt_take_part(&rest, statement->value))
            r = apt_add(settings, &none, i, "Proxy", "");
    }
    return r;
}

static int apt_include(struct apt_settings *settings, const char *path);

static int apt_visit_statement(const struct apt_statement *statement, void *data)
{
    struct apt_settings *settings = data;
    const char *rest = statement->name;
    size_t scheme;
    static const char proxy[] = "Proxy", detect[] = "Proxy-Auto-Detect";
    if (strcasecmp(statement->name, "#clear") == 0)
        return apt_clear(settings, statement);
    if (strcasecmp(statement->name, "#include") == 0)
        return apt_include(settings, statement->value);
    size_t length = strlen(rest);
    bool is_list = length > 2 && strcmp(rest + length - 2, "::") == 0;
    if (is_list || !apt_take_scheme(&rest, &scheme))
        return 0;
    if (apt_take_part(&rest, proxy))
        return apt_add(settings, statement, scheme, proxy, rest);
    bool finds = apt_take_part(&rest, detect) || apt_take_part(&rest, "ProxyAutoDetect");
    return finds ? apt_add(settings, statement, scheme, detect, rest) : 0;
}

/* Our part sets the proxies, and the hosts of our list. */
static void apt_read_ours(struct apt_settings *settings)
{
    for (size_t i = settings->count; i > 0; i--) {
        const struct apt_setting *setting = &settings->items[i - 1];
        bool is_proxy = strcmp(setting->kind, "Proxy") == 0;
        if (is_proxy && (!setting->host || strings_contains(&settings->entries, setting->host)))
            apt_remove(settings, i - 1);
    }
}

static int apt_read(struct apt_settings *settings, const char *path)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    const char *outer = settings->path;
    settings->files++;
    int r = place_read(settings->detection->tree, path, &bytes);
    settings->path = path;
    settings->files += bytes.size / APT_FILE_SIZE;
    r = r > 0 ? apt_parse(&bytes, apt_visit_statement, settings) : r;
    settings->path = outer;
    return r;
}

/* Whether apt reads a part of that name: with ".conf" behind it, or without a dot. */
static bool apt_is_part(const char *name)
{
    const char *suffix = strrchr(name, '.');
    for (const char *p = name; *p; p++)
        if (!isalnum((unsigned char) *p) && !strchr("_-:.", *p))
            return false;
    return !suffix || strcmp(suffix, ".conf") == 0;
}

/* Reads what "#include" names: a file or, with a slash at its end, the parts in a directory. */
static int apt_include(struct apt_settings *settings, const char *path)
{
    _cleanup_strings_ struct strings names = { 0 };
    if (*path != '/' || settings->depth >= APT_DEPTH_MAX || settings->files >= APT_FILES_MAX)
        return 0;
    settings->depth++;
    bool is_directory = path[strlen(path) - 1] == '/';
    int r = is_directory ? place_list(settings->detection->tree, path, "", &names)
                         : apt_read(settings, path);
    for (size_t i = 0; r == 0 && i < names.count; i++) {
        _cleanup_buffer_ struct buffer file = { 0 };
        r = buffer_printf(&file, "%s%s", path, names.items[i]);
        if (r == 0 && apt_is_part(names.items[i]))
            r = apt_read(settings, file.data);
    }
    settings->depth--;
    return r;
}

static int apt_read_parts(struct apt_settings *settings)
{
    _cleanup_strings_ struct strings names = { 0 };
    bool is_due = true;
    int r = place_list(settings->detection->tree, PARTS, "", &names);
    for (size_t i = 0; r == 0 && i < names.count; i++) {
        int order = strcmp(names.items[i], OUR_PART);
        if (is_due && order >= 0) {
            apt_read_ours(settings);
            is_due = false;
        }
        _cleanup_buffer_ struct buffer path = { 0 };
        r = buffer_printf(&path, "%s/%s", PARTS, names.items[i]);
        if (r == 0 && order != 0 && apt_is_part(names.items[i]))
            r = apt_read(settings, path.data);
    }
    if (is_due)
        apt_read_ours(settings);
    return r;
}

/* Whether apt would still do what we want: 1, 0 or -ENOMEM. */
static int apt_is_ours(const struct apt_settings *settings, const struct apt_setting *setting)
{
    const struct environment *environment = settings->detection->environment;
    enum variable_id id = schemes[setting->scheme].id;
    bool is_direct = strcmp(setting->value, DIRECT) == 0;
    bool wants_direct = strings_contains(&settings->entries, "*");
    /* Of a scheme without a proxy of ours nothing is ours that could be overridden. */
    if (!environment_get(environment, id))
        return 1;
    if (strcmp(setting->kind, "Proxy") != 0)
        return !*setting->value;
    /* One more host that is asked directly is no contradiction, and none that says nothing. */
    if (is_direct && (wants_direct || setting->host))
        return 1;
    if (setting->host && !*setting->value)
        return 1;
    if (wants_direct || (setting->host && strings_contains(&settings->entries, setting->host)))
        return 0;
    return compare_is_ours(environment, id, setting->value);
}

static int apt_report(const struct apt_settings *settings)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < settings->count; i++) {
        const struct apt_setting *setting = &settings->items[i];
        r = apt_is_ours(settings, setting);
        const struct override item = {
            .effect = *setting->value ? OVERRIDE_WINS : OVERRIDE_UNSETS,
            .detector = "apt",
            .consumer = "apt",
            .remedy = REMEDY,
            .path = setting->path,
            .line = setting->line,
            .variable = setting->name,
            .value = setting->value,
        };
        r = r == 0 ? overrides_add(settings->detection->found, &item) : r < 0 ? r : 0;
    }
    return r;
}

int detect_apt(const struct detection *detection)
{
    struct apt_settings settings = { .detection = detection };
    const char *list = environment_get(detection->environment, VARIABLE_NO_PROXY);
    int r = list ? no_proxy_entries_split(list, &settings.entries) : 0;
    if (r == 0 && environment_proxy(detection->environment))
        r = apt_read_parts(&settings);
    if (r == 0 && environment_proxy(detection->environment))
        r = apt_read(&settings, "/etc/apt/apt.conf");
    if (r == 0)
        r = apt_report(&settings);
    for (size_t i = settings.count; i > 0; i--)
        apt_remove(&settings, i - 1);
    mem_free(settings.items);
    strings_free(&settings.entries);
    return r;
}
