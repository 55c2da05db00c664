/* SPDX-License-Identifier: MIT */
/* What a service runs with, it was started with: a file that changes later changes nothing for it.
 */

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "doctor/check.h"
#include "doctor/overridden.h"
#include "doctor/processes.h"
#include "lib/array.h"
#include "lib/memory.h"
#include "outputs/read.h"
#include "overrides/service.h"
#include "setup/units.h"

enum { PROXY_VARIABLES = 3, NAME_MAX_LENGTH = 16 };

static const char *const proxy_variables[PROXY_VARIABLES] = { "http_proxy", "https_proxy",
    "no_proxy" };

/* What the files have now; NULL: they do not set it. */
struct file_values {
    char *values[PROXY_VARIABLES];
};

static void file_values_free(struct file_values *files)
{
    for (size_t i = 0; i < PROXY_VARIABLES; i++)
        mem_free(files->values[i]);
}

#define _cleanup_file_values_ _cleanup_(file_values_free)

/* 0; -ENOMEM; or another negative errno and an error: they cannot be read. */
static int services_read_files(const struct tree *tree, struct file_values *ret, struct error *err)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < PROXY_VARIABLES; i++)
        r = outputs_read_variable(tree, proxy_variables[i], &ret->values[i], err);
    return r;
}

static void upper_name(const char *name, char ret[static NAME_MAX_LENGTH])
{
    size_t i = 0;
    for (; name[i] && i + 1 < NAME_MAX_LENGTH; i++)
        ret[i] = (char) toupper((unsigned char) name[i]);
    ret[i] = '\0';
}

static bool is_of_unit(const struct output_file *file, const char *unit)
{
    for (const char *const *name = file->units; name && *name; name++)
        if (strcmp(*name, unit) == 0)
            return true;
    return false;
}

/* Whether a file that the service reads itself gives the variable this value, as ECS' in its own
 * words. 1, 0 or -ENOMEM. */
static int is_of_own_file(
    const struct output_results *results, const char *unit, const char *name, const char *value)
{
    int same = 0;
    for (size_t i = 0; same == 0 && i < results->count; i++) {
        const struct output_file *file = results->items[i].file;
        _cleanup_mem_ char *given = NULL;
        if (!file->get || !is_of_unit(file, unit))
            continue;
        int r = file->get(&results->items[i].before.bytes, name, &given);
        same = r == -ENOMEM ? r : r == 0 && strcmp(given, value) == 0;
    }
    return same;
}

/* What a process is held against. */
struct comparison {
    const struct file_values *files;
    const struct output_results *results;
};

/* Whether its list is one of ours: whatever else sets a proxy where none is configured here is not
 * our matter. */
static bool has_list_of_ours(const struct process *process)
{
    static const char ours[] = "169.254.169.254,169.254.170.2,169.254.170.23,fd00:ec2::254";
    const char *lower = process_get(process, "no_proxy"), *upper = process_get(process, "NO_PROXY");
    return (lower && strstr(lower, ours)) || (upper && strstr(upper, ours));
}

/* Whether a variable of the process has another value than the files: 1, 0 or -ENOMEM. */
static int is_other(
    const struct comparison *comparison, const struct process *process, size_t i, const char *name)
{
    const char *found = process_get(process, name), *wanted = comparison->files->values[i];
    if (!found || (wanted && strcmp(found, wanted) == 0))
        return 0;
    int own = is_of_own_file(comparison->results, process->unit, name, found);
    return own < 0 ? own : own == 0;
}

/* The first variable, in either letter case, that has another value than the files, in *ret; NULL:
 * none. 0 or -ENOMEM. */
static int find_other(
    const struct comparison *comparison, const struct process *process, const char **ret)
{
    int other = 0;
    *ret = NULL;
    for (size_t i = 0; other == 0 && i < PROXY_VARIABLES; i++) {
        char upper[NAME_MAX_LENGTH];
        upper_name(proxy_variables[i], upper);
        other = is_other(comparison, process, i, proxy_variables[i]);
        if (other == 0)
            other = is_other(comparison, process, i, upper);
        if (other > 0)
            *ret = proxy_variables[i];
    }
    return other < 0 ? other : 0;
}

static bool has_any(const struct process *process)
{
    for (size_t i = 0; i < PROXY_VARIABLES; i++) {
        char upper[NAME_MAX_LENGTH];
        upper_name(proxy_variables[i], upper);
        if (process_get(process, proxy_variables[i]) || process_get(process, upper))
            return true;
    }
    return false;
}

/* Whether one of the outputs is written for it. */
static bool is_consumer(const struct output_results *results, const char *unit)
{
    for (size_t i = 0; i < results->count; i++)
        if (results->items[i].is_wanted && is_of_unit(results->items[i].file, unit))
            return true;
    return units_is_consumer(unit);
}

static int find_restart(const struct process *process, enum doctor_kind_id kind,
    struct doctor_result *ret, const char *seen)
{
    _cleanup_buffer_ struct buffer remedy = { 0 };
    if (buffer_printf(&remedy, "systemctl restart %s", process->unit) < 0)
        return -ENOMEM;
    return doctor_find(ret, kind, process->unit, remedy.data, "process %lu %s", process->pid, seen);
}

static bool is_proxy_variable(const char *name)
{
    for (size_t i = 0; i < PROXY_VARIABLES; i++)
        if (strcasecmp(proxy_variables[i], name) == 0)
            return true;
    return false;
}

/* Whether a unit sets or unsets a proxy variable itself: 1, 0 or -ENOMEM. */
static int services_set_proxy(const struct doctor *doctor, const char *unit)
{
    const struct detection detection = { .tree = &doctor->setup.tree,
        .environment = &doctor->setup.environment };
    _cleanup_unit_paths_ struct unit_paths paths = { 0 };
    _cleanup_service_ struct service service = { 0 };
    int r = unit_paths_find(&doctor->setup.tree, &paths);
    if (r == 0)
        r = service_read(&detection, &paths, unit, &service);
    bool sets = false;
    for (size_t i = 0; r > 0 && i < service.environment.count; i++)
        sets |= service.environment.items[i].path &&
                is_proxy_variable(service.environment.items[i].name);
    for (size_t i = 0; r > 0 && i < service.unset.count; i++)
        sets |= is_proxy_variable(service.unset.items[i].text);
    return r == -ENOMEM ? r : sets;
}

/* Whether a service that needs the proxy has no variable of it. */
static bool lacks_proxy(
    const struct doctor *doctor, const struct file_values *files, const struct process *process)
{
    bool has_files = files->values[0] || files->values[1];
    return has_files && !environment_is_empty(&doctor->setup.environment) && !has_any(process) &&
           is_consumer(&doctor->setup.results, process->unit);
}

static int check_process(const struct doctor *doctor, const struct file_values *files,
    const struct process *process, struct doctor_result *ret)
{
    _cleanup_buffer_ struct buffer seen = { 0 };
    const struct comparison comparison = { files, &doctor->setup.results };
    if (environment_is_empty(&doctor->setup.environment) && !has_list_of_ours(process))
        return 0;
    const char *other = NULL;
    if (find_other(&comparison, process, &other) < 0)
        return -ENOMEM;
    if (!other && !lacks_proxy(doctor, files, process))
        return 0;
    /* One that says so itself is found by its unit, and so is one that is kept out. */
    int own = overridden_has_unit(&doctor->overrides, process->unit)
                  ? 1
                  : services_set_proxy(doctor, process->unit);
    if (own != 0)
        return own < 0 ? own : 0;
    if (!other)
        return find_restart(process, SERVICE_STARTED_BEFORE, ret,
            "has no proxy variable: it has started before they were written");
    return buffer_printf(&seen, "has another %s than the files", other) < 0
               ? -ENOMEM
               : find_restart(process, SERVICE_OTHER_VALUES, ret, seen.data);
}

static int check_processes(const struct doctor *doctor, const struct file_values *files,
    const struct processes *processes, struct doctor_result *ret)
{
    size_t hidden = 0;
    int r = 0;
    for (size_t i = 0; r == 0 && i < processes->count; i++) {
        hidden += processes->items[i].unseen < 0;
        if (processes->items[i].unseen == 0)
            r = check_process(doctor, files, &processes->items[i], ret);
    }
    if (r == 0 && hidden > 0)
        r = strings_printf(&ret->unseen, "the variables of %zu of %zu services: %s", hidden,
            processes->count,
            geteuid() == 0 ? "the kernel does not show them, as to root in a container"
                           : "only root sees them");
    return r < 0 ? r
                 : strings_printf(&ret->facts, "%zu services looked at", processes->count - hidden);
}

int doctor_check_services(const struct doctor *doctor, struct doctor_result *ret)
{
    const struct tree *tree = &doctor->setup.tree;
    _cleanup_file_values_ struct file_values files = { 0 };
    _cleanup_processes_ struct processes processes = { 0 };
    struct error err = { 0 };
    int r = overridden_find(&doctor->overrides, true, ret);
    if (r < 0)
        return r;
    r = processes_find(tree, &processes);
    if (r == -ENOMEM)
        return r;
    if (r < 0)
        return strings_printf(&ret->unseen, "no service: %s/proc: %s", tree->path, strerror(-r));
    r = services_read_files(tree, &files, &err);
    if (r == -ENOMEM)
        return r;
    return r < 0 ? strings_append(&ret->unseen, err.text)
                 : check_processes(doctor, &files, &processes, ret);
}
