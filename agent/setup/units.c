/* SPDX-License-Identifier: MIT */
/* A service started before its file was written has not read it. */

#include "setup/units.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "files/answer.h"
#include "lib/array.h"
#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/memory.h"
#include "lib/notify.h"
#include "setup/bus.h"

#define UNIT_FILES "/etc/systemd/system/"

/* For each unit that is not inactive systemd has a link here, invocation:NAME, which it makes when
 * the unit starts: journald reads it. It needs no bus to be looked at. */
#define INVOCATIONS "/run/systemd/units"

/* Whether a file is part of a unit, which systemd itself keeps in memory. */
static bool is_unit(const struct output_result *result)
{
    return strncmp(result->file->path, UNIT_FILES, strlen(UNIT_FILES)) == 0;
}

static bool needs_reload(const struct output_results *results)
{
    for (size_t i = 0; i < results->count; i++)
        if (is_unit(&results->items[i]) &&
            (results->items[i].is_replaced || output_has_change(&results->items[i])))
            return true;
    return false;
}

static uint64_t time_us(const struct stat *status)
{
    return (uint64_t) status->st_mtim.tv_sec * 1000000 + (uint64_t) status->st_mtim.tv_nsec / 1000;
}

/* When the file was written, in microseconds since 1970; 0: it is not there; UINT64_MAX: that
 * cannot be seen, and a restart too much does less harm than one too few. */
static uint64_t written_us(const struct tree *tree, const char *path)
{
    struct stat status;
    _cleanup_close_ int fd = tree_open_path(tree, path, O_PATH);
    if (fd < 0 || fstat(fd, &status) < 0)
        return fd == -ENOENT ? 0 : UINT64_MAX;
    return time_us(&status);
}

/* Since when a unit has been running, in microseconds since 1970; 0: it is not running. 0, or a
 * negative errno when that cannot be seen. */
static int started_us(const struct tree *tree, const char *unit, uint64_t *ret)
{
    struct stat status;
    _cleanup_close_ int directory = tree_open_path(tree, INVOCATIONS, O_PATH | O_DIRECTORY);
    _cleanup_buffer_ struct buffer link = { 0 };
    *ret = 0;
    int r = directory < 0 ? directory : buffer_printf(&link, "invocation:%s", unit);
    if (r < 0)
        return file_answer(r);
    if (fstatat(directory, link.data, &status, AT_SYMLINK_NOFOLLOW) < 0)
        return file_answer(-errno);
    *ret = time_us(&status);
    return 0;
}

/* Whether a service runs with other values than the file holds: 1 or 0, or a negative errno when
 * that cannot be seen. */
static int is_stale(const struct tree *tree, const char *path, bool is_removed, const char *unit)
{
    uint64_t started = 0;
    int r = started_us(tree, unit, &started);
    if (r < 0 || started == 0)
        return r;
    return is_removed || started < written_us(tree, path);
}

/* Adds a unit that is stale. 0 or a negative errno. */
static int add_stale(const struct tree *tree, const char *path, bool is_removed, const char *unit,
    struct strings *units)
{
    int r = is_stale(tree, path, is_removed, unit);
    return r > 0 ? strings_add_unique(units, unit) : r;
}

static int units_warn_unseen(int r)
{
    if (r < 0 && r != -ENOMEM)
        log_warning(INVOCATIONS
            ": which services still run with the previous proxy settings cannot "
            "be seen: %s: restart those that are to have the new ones",
            strerror(-r));
    return r == -ENOMEM ? r : 0;
}

/* 0 or a negative errno. */
static int reload_by_unit(const struct tree *tree)
{
    _cleanup_close_ int directory = tree_open_path(tree, PATH_RUN, O_PATH | O_DIRECTORY);
    if (directory < 0)
        return directory;
    _cleanup_close_ int fd = openat(directory, UNITS_RELOAD_NAME,
        O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    return fd < 0 ? -errno : 0;
}

void units_reload(const struct tree *tree, const struct output_results *results)
{
    if (*tree->path || !needs_reload(results))
        return;
    _cleanup_bus_ struct bus *bus = NULL;
    int r = bus_open(&bus);
    if (bus_is_absent(r) && !notify_is_expected()) {
        log_debug("systemd's own socket: %s", strerror(-r));
        return;
    }
    r = r == 0 ? bus_reload(bus) : notify_is_expected() ? reload_by_unit(tree) : r;
    if (r < 0)
        log_warning("systemd does not read its units again (systemctl daemon-reload does it): %s",
            strerror(-r));
}

int units_find_stale(
    const struct tree *tree, const struct output_results *results, struct strings *units)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && !*tree->path && i < results->count; i++) {
        const char *const *unit = results->items[i].file->units;
        for (; r >= 0 && unit && *unit; unit++) {
            const struct output_result *result = &results->items[i];
            r = add_stale(tree, result->file->path, result->action == OUTPUT_REMOVED, *unit, units);
        }
    }
    return units_warn_unseen(r);
}

/* All of them read the store of CAs once, when they start: docs/ca-clients.md. */
static const char *const readers[] = { "docker.service", "containerd.service", "podman.service",
    "crio.service", "snapd.service", "ecs.service", "amazon-ssm-agent.service",
    "snap.amazon-ssm-agent.amazon-ssm-agent.service", "amazon-cloudwatch-agent.service",
    "kubelet.service", "k3s.service", "k3s-agent.service", "rke2-server.service",
    "rke2-agent.service" };

bool units_is_consumer(const char *unit)
{
    for (size_t i = 0; i < ELEMENTSOF(readers); i++)
        if (strcmp(readers[i], unit) == 0)
            return true;
    return false;
}

int units_find_untrusting(
    const struct tree *tree, const struct trust_outcome *outcome, struct strings *units)
{
    bool is_removed = outcome->changes.removed.count > 0 && !outcome->is_due;
    int r = 0;
    if (*tree->path || !(outcome->has_all && (outcome->wanted > 0 || is_removed)))
        return 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(readers); i++)
        r = add_stale(tree, PATH_CA_FILE, is_removed, readers[i], units);
    return units_warn_unseen(r);
}

int units_refresh(
    const struct tree *tree, const struct output_results *results, struct strings *units)
{
    units_reload(tree, results);
    return units_find_stale(tree, results, units);
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
    size_t lines = words ? 1 : units->count; /* without memory one for each */
    for (size_t i = 0; i < lines; i++) {
        const char *named = words ? words : units->items[i];
        log_warning("still running with the previous proxy settings: %s; systemctl restart %s "
                    "applies the new ones (--restart does it)",
            named, named);
    }
}
