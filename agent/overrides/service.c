/* SPDX-License-Identifier: MIT */
/* A unit and its drop-ins, one after the other; an empty setting takes back those before it. */

#include "overrides/service.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "files/paths.h"
#include "lib/array.h"
#include "lib/memory.h"
#include "overrides/place.h"
#include "overrides/unit_file.h"

/* Of a single service, with all variables. */
#define OUR_DROPIN "50-ec2-bootstrap.conf"

enum {
    SERVICE_SETTINGS_MAX = 2000,
    SERVICE_FILES_MAX = 50,
    SERVICE_FILE_COST = 4096,   /* bytes that a file counts at least */
    SERVICE_BYTES_MAX = 1 << 20 /* of all environment files, before the last of them */
};

static void settings_clear(struct service_settings *settings)
{
    for (size_t i = 0; i < settings->count; i++) {
        mem_free(settings->items[i].name);
        mem_free(settings->items[i].text);
        mem_free(settings->items[i].path);
    }
    settings->count = 0;
}

static void service_settings_free(struct service_settings *settings)
{
    settings_clear(settings);
    mem_free(settings->items);
    settings->items = NULL;
}

void service_free(struct service *service)
{
    service_settings_free(&service->environment);
    service_settings_free(&service->files);
    service_settings_free(&service->unset);
    service_settings_free(&service->exec);
    service_settings_free(&service->cut);
}

static int service_add(struct service_settings *settings, const char *name, const char *text,
    const char *path, size_t line)
{
    if (settings->count >= SERVICE_SETTINGS_MAX)
        return 0;
    struct service_setting *items = mem_grow(settings->items, settings->count + 1, sizeof(*items));
    if (!items)
        return -ENOMEM;
    settings->items = items;
    struct service_setting *item = &items[settings->count];
    *item = (struct service_setting){ mem_strdup(name), mem_strdup(text),
        path ? mem_strdup(path) : NULL, line };
    settings->count++;
    return item->name && item->text && (item->path || !path) ? 0 : -ENOMEM;
}

/* What is being read. */
struct service_reader {
    struct service *service;
    const char *path;
};

/* "NAME=value" words. */
static int add_assignments(struct service_reader *reader, const struct unit_setting *setting)
{
    int r = 1;
    for (const char *rest = setting->value; r > 0;) {
        _cleanup_buffer_ struct buffer word = { 0 }, text = { 0 };
        r = unit_next_word(&rest, &word);
        char *equals = r > 0 ? strchr(word.data, '=') : NULL;
        if (!equals)
            continue;
        *equals = '\0';
        if (unit_expand(equals + 1, reader->service->unit, &text) < 0)
            return -ENOMEM;
        /* A specifier that is not known is shown as it is written. */
        r = service_add(&reader->service->environment, word.data,
            text.size > 0 || !equals[1] ? text.data : equals + 1, reader->path, setting->line);
        r = r < 0 ? r : 1;
    }
    return r;
}

static int service_add_file(struct service_reader *reader, const struct unit_setting *setting)
{
    _cleanup_buffer_ struct buffer path = { 0 };
    const char *text = setting->value + (*setting->value == '-');
    int r = unit_expand(text, reader->service->unit, &path);
    if (r <= 0 || *path.data != '/' || reader->service->files.count >= SERVICE_FILES_MAX)
        return r < 0 ? r : 0;
    bool is_ours =
        strcmp(path.data, PATH_ENV_FILE) == 0 || strcmp(path.data, PATH_SERVICES_LOGINS) == 0;
    return service_add(
        &reader->service->files, "", path.data, is_ours ? NULL : reader->path, setting->line);
}

static int add_words(struct service_reader *reader, const struct unit_setting *setting)
{
    int r = 1;
    for (const char *rest = setting->value; r > 0;) {
        _cleanup_buffer_ struct buffer word = { 0 };
        r = unit_next_word(&rest, &word);
        if (r > 0 &&
            service_add(&reader->service->unset, "", word.data, reader->path, setting->line) < 0)
            return -ENOMEM;
    }
    return r;
}

static int add_command(struct service_reader *reader, const struct unit_setting *setting)
{
    return service_add(&reader->service->exec, "", setting->value, reader->path, setting->line);
}

/* An empty setting takes back those before it; of ours it is remembered who did that. */
static int service_take_back(struct service_reader *reader, const struct unit_setting *setting,
    struct service_settings *settings)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < settings->count; i++)
        if (!settings->items[i].path)
            r = service_add(
                &reader->service->cut, "", settings->items[i].text, reader->path, setting->line);
    settings_clear(settings);
    return r;
}

static int service_visit(const struct unit_setting *setting, void *data)
{
    struct service_reader *reader = data;
    struct service *service = reader->service;
    const struct {
        const char *key;
        struct service_settings *settings;
        int (*add)(struct service_reader *reader, const struct unit_setting *setting);
    } keys[] = {
        { "Environment", &service->environment, add_assignments },
        { "EnvironmentFile", &service->files, service_add_file },
        { "UnsetEnvironment", &service->unset, add_words },
        { "ExecStart", &service->exec, add_command },
    };
    for (size_t i = 0; i < ELEMENTSOF(keys); i++)
        if (strcmp(setting->key, keys[i].key) == 0)
            return *setting->value ? keys[i].add(reader, setting)
                                   : service_take_back(reader, setting, keys[i].settings);
    return 0;
}

/* Those of our variables that the file has, from here on. */
static int service_add_ours(struct service *service, const char *file)
{
    return service_add(&service->files, "", file, NULL, 0);
}

static int service_read_file(
    const struct detection *detection, struct service *service, const char *path)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    struct service_reader reader = { service, path };
    int r = place_read(detection->tree, path, &bytes);
    return r > 0 ? unit_file_read(&bytes, "[Service]", service_visit, &reader) : r;
}

/* The drop-in of one service, as it will be; behind a mask it is not read. */
static int service_read_ours(
    const struct detection *detection, struct service *service, const char *path)
{
    int masked = place_is_masked(detection->tree, path);
    if (masked != 0)
        return masked < 0 ? masked : 0;
    int r = service_add(&service->environment, "", PATH_ENV_FILE, NULL, 0);
    return r == 0 ? service_add_ours(service, PATH_ENV_FILE) : r;
}

/* The drop-in with logins, unless somebody masked it, or has one of that name for this service.
 * Without a login it does nothing. */
static int service_read_login_dropin(
    const struct detection *detection, struct service *service, const char *path, bool is_due)
{
    static const char for_all[] = "/service.d/" LOGIN_DROPIN;
    size_t length = strlen(path), tail = strlen(for_all);
    int masked = place_is_masked(detection->tree, path);
    if (masked != 0)
        return masked < 0 ? masked : 0;
    if (length <= tail || strcmp(path + length - tail, for_all) != 0)
        return service_read_file(detection, service, path);
    return is_due ? service_add_ours(service, PATH_SERVICES_LOGINS) : 0;
}

/* Reads one drop-in; that of all services in its place, whether or not it is there. */
static int service_read_dropin(
    const struct detection *detection, struct service *service, const char *path, bool *is_due)
{
    const char *name = strrchr(path, '/') + 1;
    int order = strcmp(name, LOGIN_DROPIN), r = 0;
    if (order == 0)
        r = service_read_login_dropin(detection, service, path, *is_due);
    else if (order > 0 && *is_due)
        r = service_add_ours(service, PATH_SERVICES_LOGINS);
    *is_due &= order < 0;
    if (r < 0 || order == 0)
        return r;
    return strcmp(name, OUR_DROPIN) == 0 ? service_read_ours(detection, service, path)
                                         : service_read_file(detection, service, path);
}

int service_read(const struct detection *detection, const struct unit_paths *paths,
    const char *unit, struct service *ret)
{
    _cleanup_strings_ struct strings files = { 0 };
    bool is_due =
        detection_writes(detection, "systemd") && environment_has_login(detection->environment);
    ret->unit = unit;
    int r = unit_paths_of(paths, unit, &files);
    if (r <= 0)
        return r;
    r = service_read_file(detection, ret, files.items[0]);
    for (size_t i = 1; r == 0 && i < files.count; i++)
        r = service_read_dropin(detection, ret, files.items[i], &is_due);
    if (r == 0 && is_due)
        r = service_add_ours(ret, PATH_SERVICES_LOGINS);
    return r < 0 ? r : 1;
}

/* What is read of an environment file. */
struct service_file_reader {
    const struct detection *detection;
    struct values *values;
    const char *path;
};

static int assign_variable(const struct unit_setting *setting, void *data)
{
    const struct service_file_reader *reader = data;
    return values_assign(reader->values, reader->detection->environment,
        &(struct assignment){ .name = setting->key,
            .text = setting->value,
            .path = reader->path,
            .line = setting->line,
            .is_known = true,
            .is_export = true,
            .reach = REACH_ALWAYS });
}

/* Files that we write, as they will be. */
static const struct our_file {
    const char *path, *output;
    bool only_logins; /* the values that have one, see formats/dropin.h */
} our_files[] = {
    { PATH_ENV_FILE, "systemd", false },
    { PATH_SERVICES_LOGINS, "systemd", true },
    { "/etc/environment", "environment", false },
    { "/etc/ecs/ecs.config", "ecs", false },
    { PATH_DOCKER_LOGINS, "docker", true },
    { PATH_SSM_AGENT_LOGINS, "ssm-agent", true },
};

static const struct our_file *find_our_file(const struct detection *detection, const char *path)
{
    for (size_t i = 0; i < ELEMENTSOF(our_files); i++)
        if (strcmp(path, our_files[i].path) == 0 &&
            detection_writes(detection, our_files[i].output))
            return &our_files[i];
    return NULL;
}

static int service_apply_logins(const struct detection *detection, struct values *values)
{
    struct variable list[VARIABLES_WRITTEN_MAX];
    size_t count = environment_list(detection->environment, list);
    int r = 0;
    for (size_t i = 0; r == 0 && i < count; i++)
        if (strchr(list[i].value, '@'))
            r = values_set(values, detection->environment, &list[i]);
    return r;
}

/* With all of ours, or without; adds the size of the file to what was read. */
static int service_apply_file(const struct detection *detection, const char *path, bool with_ours,
    struct values *values, size_t *bytes_read)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    const struct our_file *ours = find_our_file(detection, path);
    if (ours && !with_ours)
        return 0;
    if (ours)
        return ours->only_logins ? service_apply_logins(detection, values)
                                 : values_reset(values, detection->environment);
    struct service_file_reader reader = { detection, values, path };
    if (*bytes_read >= SERVICE_BYTES_MAX)
        return 0;
    int r = detection_read(detection, path, &bytes);
    *bytes_read += bytes.size + SERVICE_FILE_COST;
    return r > 0 ? unit_environment_read(&bytes, assign_variable, &reader) : r;
}

/* The name may have wildcards; systemd reads what they match, sorted. */
static int service_apply_files(const struct detection *detection, const char *path, bool with_ours,
    struct values *values, size_t *bytes_read)
{
    _cleanup_strings_ struct strings names = { 0 };
    _cleanup_buffer_ struct buffer directory = { 0 };
    const char *pattern = strrchr(path, '/') + 1;
    if (!strpbrk(pattern, "*?["))
        return service_apply_file(detection, path, with_ours, values, bytes_read);
    int r = buffer_printf(&directory, "%.*s", (int) (pattern - path), path);
    if (r == 0)
        r = place_list(detection->tree, directory.data, "", &names);
    for (size_t i = 0; r == 0 && i < names.count; i++) {
        _cleanup_buffer_ struct buffer file = { 0 };
        r = buffer_printf(&file, "%s%s", directory.data, names.items[i]);
        if (r == 0 && fnmatch(pattern, names.items[i], FNM_PERIOD) == 0)
            r = service_apply_file(detection, file.data, with_ours, values, bytes_read);
    }
    return r;
}

static int service_apply_assignment(
    const struct detection *detection, const struct service_setting *item, struct values *values)
{
    if (!item->path)
        return values_reset(values, detection->environment);
    return values_assign(values, detection->environment,
        &(struct assignment){ .name = item->name,
            .text = item->text,
            .path = item->path,
            .line = item->line,
            .is_known = true,
            .is_export = true,
            .reach = REACH_ALWAYS });
}

/* With all of ours, or without. */
static int service_apply(const struct detection *detection, const struct service *service,
    bool with_ours, struct values *values)
{
    int r = 0;
    size_t bytes_read = 0;
    for (size_t i = 0; r == 0 && i < service->environment.count; i++)
        if (with_ours || service->environment.items[i].path)
            r = service_apply_assignment(detection, &service->environment.items[i], values);
    for (size_t i = 0; r == 0 && i < service->files.count; i++)
        r = service_apply_files(
            detection, service->files.items[i].text, with_ours, values, &bytes_read);
    return r;
}

int service_values(const struct detection *detection, const struct service *service,
    struct values *ret, struct values *displaced)
{
    int r = service_apply(detection, service, false, displaced);
    if (r == 0 && detection_writes(detection, "systemd"))
        r = values_begin(ret, detection->environment);
    return r < 0 ? r : service_apply(detection, service, true, ret);
}
