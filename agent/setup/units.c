/* A service started before its file was written has not read it. */

#include "setup/units.h"

#include <fcntl.h>
#include <string.h>

#include "lib/log.h"
#include "lib/memory.h"

#define UNIT_FILES "/etc/systemd/system/"

/* Whether a file is part of a unit, which systemd itself keeps in memory. */
static bool is_unit(const struct output_result *result)
{
    return strncmp(result->file->path, UNIT_FILES, strlen(UNIT_FILES)) == 0;
}

static bool needs_reload(const struct output_results *results)
{
    for (size_t i = 0; i < results->count; i++)
        if (is_unit(&results->items[i]) && output_has_change(&results->items[i]))
            return true;
    return false;
}

static bool has_units(const struct output_results *results)
{
    for (size_t i = 0; i < results->count; i++)
        if (results->items[i].file->units)
            return true;
    return false;
}

/* When the file was written, in microseconds since 1970; 0: it is not there. */
static uint64_t written_us(const struct tree *tree, const char *path)
{
    struct stat status;
    _cleanup_close_ int fd = tree_open_path(tree, path, O_PATH);
    if (fd < 0 || fstat(fd, &status) < 0)
        return 0;
    return (uint64_t) status.st_mtim.tv_sec * 1000000 + (uint64_t) status.st_mtim.tv_nsec / 1000;
}

/* Whether a service runs with other values than the file holds. */
static bool is_stale(
    struct bus *bus, const struct tree *tree, const struct output_result *result, const char *unit)
{
    uint64_t started_us = 0;
    if (bus_unit_started(bus, unit, &started_us) <= 0)
        return false;
    return result->action == OUTPUT_REMOVED || started_us < written_us(tree, result->file->path);
}

void units_open(const struct tree *tree, const struct output_results *results, struct bus **ret)
{
    *ret = NULL;
    if (*tree->path || !has_units(results))
        return;
    int r = bus_open(ret);
    if (r < 0)
        log_debug("the bus of systemd: %s", strerror(-r));
}

void units_reload(struct bus *bus, const struct output_results *results)
{
    int r = needs_reload(results) ? bus_reload(bus) : 0;
    if (r < 0)
        log_warning("systemd does not read its units again (systemctl daemon-reload does it): %s",
            strerror(-r));
}

int units_find_stale(struct bus *bus, const struct tree *tree, const struct output_results *results,
    struct strings *units)
{
    int r = 0;
    for (size_t i = 0; i < results->count; i++) {
        const char *const *unit = results->items[i].file->units;
        for (; r == 0 && unit && *unit; unit++)
            if (is_stale(bus, tree, &results->items[i], *unit))
                r = strings_add_unique(units, *unit);
    }
    return r;
}

int units_refresh(
    const struct tree *tree, const struct output_results *results, struct strings *units)
{
    _cleanup_bus_ struct bus *bus = NULL;
    units_open(tree, results, &bus);
    if (!bus)
        return 0;
    units_reload(bus, results);
    return units_find_stale(bus, tree, results, units);
}

void units_restart(const struct strings *units)
{
    _cleanup_bus_ struct bus *bus = NULL;
    int opened = units->count > 0 ? bus_open(&bus) : 0;
    for (size_t i = 0; i < units->count; i++) {
        int r = opened < 0 ? opened : bus_restart(bus, units->items[i]);
        if (r < 0)
            log_warning("%s cannot be restarted: %s: systemctl status %s says more",
                units->items[i], strerror(-r), units->items[i]);
        else
            log_info("%s: asked for a restart", units->items[i]);
    }
}

void units_advise(const struct strings *units)
{
    _cleanup_mem_ char *words = units->count > 0 ? strings_join(units, " ") : NULL;
    if (words)
        log_warning("still running with the previous proxy settings: %s; systemctl restart %s "
                    "applies the new ones (--restart does it)",
            words, words);
}
