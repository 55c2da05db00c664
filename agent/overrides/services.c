/* SPDX-License-Identifier: MIT */
/* Services: what their units say themselves, against what we give them. A service that is kept out
 * with UnsetEnvironment= is kept out on purpose. */

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "files/paths.h"
#include "lib/array.h"
#include "lib/few.h"
#include "lib/memory.h"
#include "overrides/compare.h"
#include "overrides/dockerd.h"
#include "overrides/exec_env.h"
#include "overrides/place.h"
#include "overrides/service.h"
#include "proxy/no_proxy_cover.h"

#define REMEDY_WINS  "remove it there, then run systemctl daemon-reload and restart the service"
#define REMEDY_MASK  "delete the mask; UnsetEnvironment= keeps a single service out"
#define REMEDY_CUT   "add it again behind that line"
#define REMEDY_LOSES "add to no_proxy.add what has to stay direct"
#define REMEDY_BOWS                                                                                \
    "where its own is to win, put it into a file that a drop-in behind " LOGIN_DROPIN              \
    " names with EnvironmentFile=; UnsetEnvironment= keeps all out"

/* A list of its own has to exempt it; the rest is its matter. */
#define METADATA_SERVICE "169.254.169.254"

static bool service_unsets(const struct service *service, const char *name)
{
    for (size_t i = 0; i < service->unset.count; i++)
        if (strcmp(service->unset.items[i].text, name) == 0)
            return true;
    return false;
}

/* Takes out what the service does not get at all. */
static int services_unset(
    const struct detection *detection, const struct service *service, struct values *values)
{
    struct variable list[VARIABLES_WRITTEN_MAX];
    size_t count = environment_list(detection->environment, list);
    int r = 0;
    for (size_t i = 0; r == 0 && i < count; i++)
        if (service_unsets(service, list[i].name))
            r = values_assign(values, detection->environment,
                &(struct assignment){ .name = list[i].name,
                    .text = list[i].value,
                    .is_known = true,
                    .reach = REACH_ALWAYS });
    return r;
}

static bool services_has(const struct service_settings *settings)
{
    for (size_t i = 0; i < settings->count; i++)
        if (!settings->items[i].path)
            return true;
    return false;
}

/* That ours was taken back as a whole. */
static int services_report_cut(const struct detection *detection, const struct service *service)
{
    const struct service_settings *cut = &service->cut;
    if (cut->count == 0 || services_has(&service->files) || services_has(&service->environment))
        return 0;
    const struct service_setting *last = &cut->items[cut->count - 1];
    return overrides_add(detection->found, &(struct override){ .effect = OVERRIDE_HIDES,
                                               .detector = "services",
                                               .consumer = "that service",
                                               .remedy = REMEDY_CUT,
                                               .path = last->path,
                                               .line = last->line,
                                               .variable = last->text });
}

/* Adds what a list that ours takes the place of exempts, and ours does not. */
static int services_add_lost(const struct detection *detection, const struct value *list)
{
    _cleanup_strings_ struct strings lost = { 0 };
    const char *ours = environment_get(detection->environment, VARIABLE_NO_PROXY);
    if (no_proxy_find_uncovered(list->text, ours ? ours : "", &lost) < 0)
        return -ENOMEM;
    _cleanup_mem_ char *entries = lost.count > 0 ? few_join(&lost, ", ") : NULL;
    if (lost.count == 0)
        return 0;
    if (!entries)
        return -ENOMEM;
    return overrides_add(detection->found, &(struct override){ .effect = OVERRIDE_LOSES,
                                               .detector = "services",
                                               .consumer = "services that read it",
                                               .remedy = REMEDY_LOSES,
                                               .path = list->path,
                                               .line = list->line,
                                               .variable = list->name,
                                               .value = entries });
}

/* Adds a proxy that ours takes the place of, unless it is the same. */
static int services_add_proxy(
    const struct detection *detection, enum variable_id id, const struct value *value)
{
    int is_same = value->text ? compare_is_ours(detection->environment, id, value->text) : 0;
    if (is_same != 0)
        return is_same < 0 ? is_same : 0;
    char empty[] = "";
    return overrides_add(detection->found, &(struct override){ .effect = OVERRIDE_BOWS,
                                               .detector = "services",
                                               .consumer = "services that read it",
                                               .remedy = REMEDY_BOWS,
                                               .path = value->path,
                                               .line = value->line,
                                               .variable = value->name,
                                               .value = value->text ? value->text : empty });
}

/* Whether it has a drop-in of ours, or names a file of ours itself. */
static bool services_names_ours(const struct service *service)
{
    static const char directory[] = PATH_RUN "/";
    bool names = services_has(&service->environment);
    for (size_t i = 0; i < service->files.count; i++) {
        const struct service_setting *file = &service->files.items[i];
        bool is_for_all = !file->path && strcmp(file->text, PATH_SERVICES_LOGINS) == 0;
        names |= strncmp(file->text, directory, strlen(directory)) == 0 && !is_for_all;
    }
    return names;
}

/* Where a service names ours, only the lists: its proxy is meant to go. */
static int services_check_displaced(const struct detection *detection,
    const struct service *service, const struct values *values, const struct values *displaced)
{
    bool names_ours = services_names_ours(service);
    int r = 0;
    for (size_t i = 0; r == 0 && i < displaced->count; i++) {
        const struct value *value = &displaced->items[i];
        const struct value *now = values_get(values, value->name, strlen(value->name));
        enum variable_id id = compare_variable(detection->environment, value->name);
        if (id == VARIABLES || !compare_is_written(detection->environment, value->name) ||
            !value->path || (now && now->path))
            continue;
        if (id == VARIABLE_NO_PROXY)
            r = value->text ? services_add_lost(detection, value) : 0;
        else if (!names_ours)
            r = services_add_proxy(detection, id, value);
    }
    return r;
}

/* A list of its own is as good as ours, where it exempts the metadata service. */
static int services_accept_lists(const struct detection *detection, struct values *values)
{
    struct variable list[VARIABLES_WRITTEN_MAX];
    size_t count = environment_list(detection->environment, list);
    int r = 0;
    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct value *value = values_get(values, list[i].name, strlen(list[i].name));
        _cleanup_strings_ struct strings lost = { 0 };
        if (!value || !value->path || !value->text ||
            compare_variable(detection->environment, value->name) != VARIABLE_NO_PROXY)
            continue;
        r = no_proxy_find_uncovered(METADATA_SERVICE, value->text, &lost);
        if (r == 0 && lost.count == 0)
            r = values_set(values, detection->environment, &list[i]);
    }
    return r;
}

static int services_check(const struct detection *detection, const struct service *service)
{
    static const struct override like = {
        .detector = "services", .consumer = "services that read it", .remedy = REMEDY_WINS
    };
    _cleanup_values_ struct values values = { 0 }, displaced = { 0 };
    int r = service_values(detection, service, &values, &displaced);
    if (r == 0)
        r = services_check_displaced(detection, service, &values, &displaced);
    if (r == 0)
        r = services_accept_lists(detection, &values);
    if (r == 0)
        r = services_unset(detection, service, &values);
    bool has_ours = detection_writes(detection, "systemd") || services_has(&service->files) ||
                    services_has(&service->environment) || service->cut.count > 0;
    if (r == 0 && has_ours)
        r = values_report(&values, detection, &like);
    if (r == 0)
        r = services_report_cut(detection, service);
    if (r == 0 && has_ours)
        r = exec_env_check(detection, service);
    return r < 0 ? r : dockerd_check(detection, service, &values);
}

static int services_find(const struct detection *detection)
{
    _cleanup_unit_paths_ struct unit_paths paths = { 0 };
    int r = unit_paths_find(detection->tree, &paths);
    for (size_t i = 0; r == 0 && i < paths.units.count; i++) {
        _cleanup_service_ struct service service = { 0 };
        const char *unit = paths.units.items[i];
        if (i > 0 && strcmp(unit, paths.units.items[i - 1]) == 0)
            continue;
        r = service_read(detection, &paths, unit, &service);
        r = r > 0 ? services_check(detection, &service) : r;
    }
    return r;
}

/* That somebody masked the drop-in by which all services get our variables with a login. */
static int services_report_mask(const struct detection *detection)
{
    static const char *const paths[] = { "/etc/systemd/system/service.d/" LOGIN_DROPIN,
        "/run/systemd/system/service.d/50-ec2-bootstrap-login.conf" };
    char file[] = PATH_SERVICES_LOGINS;
    int r = 0;
    if (!detection_writes(detection, "systemd") || !environment_has_login(detection->environment))
        return 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(paths); i++) {
        char path[PATH_MAX];
        (void) snprintf(path, sizeof(path), "%s", paths[i]);
        r = place_is_masked(detection->tree, path);
        if (r > 0)
            r = overrides_add(detection->found, &(struct override){ .effect = OVERRIDE_HIDES,
                                                    .detector = "services",
                                                    .consumer = "services",
                                                    .remedy = REMEDY_MASK,
                                                    .path = path,
                                                    .variable = file });
    }
    return r;
}

int detect_services(const struct detection *detection)
{
    int r = services_report_mask(detection);
    return r < 0 ? r : services_find(detection);
}
