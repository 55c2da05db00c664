/* A service started before its file was written has not read it. */

#include "setup/units.h"

#include <fcntl.h>
#include <string.h>

#include "lib/log.h"
#include "lib/memory.h"
#include "setup/bus.h"

#define UNITS "/etc/systemd/system/"

/* Whether a file is part of a unit, which systemd itself keeps in memory. */
static bool is_unit(const struct output_result *result)
{
    return strncmp(result->file->path, UNITS, strlen(UNITS)) == 0;
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

int restart_find(
    const struct tree *tree, const struct output_results *results, struct strings *units)
{
    _cleanup_bus_ struct bus *bus = NULL;
    if (*tree->path || !has_units(results))
        return 0; /* an image, of which nothing runs; or nothing to ask about */
    int r = bus_open(&bus);
    if (r < 0) {
        log_debug("the bus of systemd: %s", strerror(-r));
        return 0;
    }
    if (needs_reload(results)) {
        r = bus_reload(bus);
        if (r < 0)
            log_warning("systemd does not read its units again (systemctl daemon-reload does it): "
                        "%s",
                strerror(-r));
    }
    r = 0;
    for (size_t i = 0; i < results->count; i++) {
        const char *const *unit = results->items[i].file->units;
        for (; r == 0 && unit && *unit; unit++)
            if (is_stale(bus, tree, &results->items[i], *unit))
                r = strings_add_unique(units, *unit);
    }
    return r;
}

static void units_ask(const struct strings *units)
{
    _cleanup_bus_ struct bus *bus = NULL;
    int opened = bus_open(&bus);
    for (size_t i = 0; i < units->count; i++) {
        int r = opened < 0 ? opened : bus_restart(bus, units->items[i]);
        if (r < 0)
            log_warning("%s cannot be restarted: %s", units->items[i], strerror(-r));
        else
            log_info("%s: asked for a restart", units->items[i]);
    }
}

void restart_do(const struct strings *units, bool now)
{
    if (units->count == 0)
        return;
    if (now) {
        units_ask(units);
        return;
    }
    _cleanup_mem_ char *words = strings_join(units, " ");
    if (words)
        log_warning("running with the proxy settings of before: %s; the new ones are read after "
                    "systemctl restart %s (--restart does it)",
            words, words);
}
