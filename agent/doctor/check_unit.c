/* SPDX-License-Identifier: MIT */
/* Whether a boot starts the agent, and what became of that. */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/check.h"
#include "doctor/unit_order.h"
#include "files/program.h"
#include "lib/array.h"
#include "lib/memory.h"
#include "overrides/place.h"

#define UNIT    "ec2-bootstrap.service"
#define WANTS   "/systemd/system/multi-user.target.wants/" UNIT
#define MASK    "/etc/systemd/system/" UNIT
#define MODULES "cloud_init_modules:"

enum { SYSTEMCTL_MS = 2000 };

static const char *const unit_directories[] = { "/etc/systemd/system", "/usr/lib/systemd/system",
    "/lib/systemd/system" };

static int is_installed(const struct tree *tree)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(unit_directories); i++) {
        _cleanup_buffer_ struct buffer path = { 0 };
        r = buffer_printf(&path, "%s/" UNIT, unit_directories[i]);
        if (r == 0)
            r = place_exists(tree, path.data);
    }
    return r;
}

/* A link to the unit, whatever that leads to. */
static bool is_enabled(const struct tree *tree)
{
    _cleanup_close_ int fd = tree_open_path(tree, "/etc" WANTS, O_PATH | O_NOFOLLOW);
    _cleanup_close_ int vendor_fd = tree_open_path(tree, "/usr/lib" WANTS, O_PATH | O_NOFOLLOW);
    return fd >= 0 || vendor_fd >= 0;
}

/* A property of a unit, as systemd has it. 0 and the value; 1: it cannot be asked; or -ENOMEM. */
static int ask_systemd(const char *unit, const char *property, struct buffer *ret)
{
    const char *const command[] = { "/usr/bin/systemctl", "show", "--value", "--property", property,
        unit, NULL };
    int r = program_run(command, NULL, SYSTEMCTL_MS, ret);
    return r == -ENOMEM ? r : r < 0;
}

static const char *systemd_text(const struct buffer *buffer)
{
    return buffer->data ? buffer->data : "";
}

/* How long the last start took. 0 or -ENOMEM. */
static int tell_time(struct doctor_result *ret)
{
    _cleanup_buffer_ struct buffer started = { 0 }, ended = { 0 };
    int r = ask_systemd(UNIT, "ExecMainStartTimestampMonotonic", &started);
    if (r == 0)
        r = ask_systemd(UNIT, "ExecMainExitTimestampMonotonic", &ended);
    if (r != 0)
        return r < 0 ? r : 0;
    uint64_t from_us = strtoull(systemd_text(&started), NULL, 10);
    uint64_t to_us = strtoull(systemd_text(&ended), NULL, 10);
    return to_us > from_us && from_us > 0
               ? strings_printf(&ret->facts,
                     UNIT ": its last run began %" PRIu64 ".%" PRIu64
                          " s after the boot and took %" PRIu64 " ms",
                     from_us / 1000000, from_us / 100000 % 10, (to_us - from_us) / 1000)
               : 0;
}

static int find_unit_failure(const char *unit, struct doctor_result *ret)
{
    _cleanup_buffer_ struct buffer code = { 0 }, remedy = { 0 }, result = { 0 };
    int r = ask_systemd(unit, "ExecMainStatus", &code);
    if (r >= 0)
        r = ask_systemd(unit, "Result", &result);
    if (r < 0 || buffer_printf(&remedy, "journalctl -b -u %s says why", unit) < 0)
        return -ENOMEM;
    return doctor_find(ret, UNIT_FAILED, unit, remedy.data, "its last run failed: %s, status %s",
        systemd_text(&result), systemd_text(&code));
}

/* What systemd says of its last run. */
static int check_last_run(struct doctor_result *ret)
{
    static const char *const units[] = { UNIT, "ec2-bootstrap-trust.service",
        "ec2-bootstrap-fetch.service" };
    int r = 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(units); i++) {
        _cleanup_buffer_ struct buffer state = { 0 };
        r = ask_systemd(units[i], "ActiveState", &state);
        if (r > 0)
            return strings_append(&ret->unseen, "systemd cannot be asked how the unit went");
        if (r == 0 && strcmp(systemd_text(&state), "failed") == 0)
            r = find_unit_failure(units[i], ret);
        else if (r == 0 && i == 0 && strcmp(systemd_text(&state), "inactive") == 0)
            r = doctor_find(ret, UNIT_NOT_RUN, UNIT, NULL, "it is inactive");
    }
    return r < 0 ? r : tell_time(ret);
}

static int check_order(const struct tree *tree, struct doctor_result *ret)
{
    _cleanup_strings_ struct strings way = { 0 };
    int r = unit_order_find_cycle(tree, UNIT, &way);
    if (r <= 0)
        return r;
    _cleanup_mem_ char *text = strings_join(&way, " after ");
    return text ? doctor_find(ret, UNIT_CYCLE, UNIT, NULL, "%s", text) : -ENOMEM;
}

/* The last of cloud-init's files with a list of modules counts. 1 when that has ours; 0; the path
 * of the file in *ret_path. */
static int has_module(const struct tree *tree, struct buffer *ret_path)
{
    _cleanup_strings_ struct strings names = { 0 }, paths = { 0 };
    int r = place_list(tree, "/etc/cloud/cloud.cfg.d", ".cfg", &names), has = 0;
    if (r == 0)
        r = strings_append(&paths, "/etc/cloud/cloud.cfg");
    for (size_t i = 0; r == 0 && i < names.count; i++)
        r = strings_printf(&paths, "/etc/cloud/cloud.cfg.d/%s", names.items[i]);
    for (size_t i = 0; r >= 0 && i < paths.count; i++) {
        _cleanup_buffer_ struct buffer bytes = { 0 };
        r = place_read(tree, paths.items[i], &bytes);
        const char *list = r > 0 && bytes.data ? strstr(bytes.data, MODULES) : NULL;
        if (!list || (list > bytes.data && list[-1] != '\n'))
            continue;
        has = strstr(list, "ec2-bootstrap") || strstr(list, "ec2_bootstrap");
        buffer_free(ret_path);
        r = buffer_append_text(ret_path, paths.items[i]);
    }
    return r < 0 ? r : has;
}

/* Where cloud-init is, and has our module. */
static int check_cloud_init(const struct tree *tree, struct doctor_result *ret)
{
    static const char *const roots[] = { "/usr/lib/python3/dist-packages",
        "/usr/lib/python3.9/site-packages", "/usr/lib/python3.11/site-packages",
        "/usr/lib/python3.12/site-packages", "/usr/lib/python3.13/site-packages",
        "/usr/lib/python3.6/site-packages" };
    _cleanup_buffer_ struct buffer path = { 0 };
    int found = 0;
    for (size_t i = 0; found == 0 && i < ELEMENTSOF(roots); i++) {
        _cleanup_buffer_ struct buffer module = { 0 };
        if (buffer_printf(&module, "%s/cloudinit/config/cc_ec2_bootstrap.py", roots[i]) < 0)
            return -ENOMEM;
        found = place_exists(tree, module.data);
    }
    if (found <= 0)
        return found == -ENOMEM ? found : 0;
    int has = has_module(tree, &path);
    if (has != 0)
        return has < 0 ? has : strings_append(&ret->facts, "cloud-init runs the module");
    return doctor_find(ret, UNIT_CLOUD_INIT, path.size > 0 ? path.data : "/etc/cloud/cloud.cfg",
        NULL, "its list has no ec2-bootstrap");
}

int doctor_check_unit(const struct doctor *doctor, struct doctor_result *ret)
{
    const struct tree *tree = &doctor->setup.tree;
    int r = check_cloud_init(tree, ret);
    if (r < 0)
        return r;
    if (tree_is_masked(tree, MASK) > 0)
        return doctor_find(ret, UNIT_MASKED, UNIT, NULL, "it is a link to /dev/null");
    int installed = is_installed(tree);
    if (installed <= 0)
        return installed == -ENOMEM ? installed
                                    : strings_append(&ret->facts, UNIT " is not installed");
    if (!is_enabled(tree))
        return doctor_find(ret, UNIT_NOT_ENABLED, UNIT, NULL, "/etc" WANTS " is not there");
    r = check_order(tree, ret);
    return r < 0 || *tree->path ? r : check_last_run(ret);
}
