/* SPDX-License-Identifier: MIT */
/* What systemd was given is kept in a file of the same form, for the next time. Both are read
 * alike, here and in units/after-run. */

#include "setup/manager_environment.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "files/atomic.h"
#include "files/paths.h"
#include "lib/buffer.h"
#include "lib/cleanup.h"
#include "lib/lines.h"
#include "lib/log.h"
#include "lib/memory.h"
#include "lib/notify.h"
#include "setup/bus.h"

enum { MANAGER_FILE_MAX = 1 << 20 };

/* Reads the assignments of a file that all users may see, each once, as systemd takes none twice.
 * 0, also without the file; or a negative errno. */
static int manager_read_file(const struct tree *tree, const char *path, struct strings *ret)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    int r = tree_read(tree, path, MANAGER_FILE_MAX, &bytes, NULL);
    for (struct line line = { 0 }; r == 0 && line_next(&bytes, &line);) {
        bool is_public = memchr(line.text, '=', line.length) && *line.text != '#' &&
                         !memchr(line.text, '@', line.length);
        _cleanup_mem_ char *text = is_public ? mem_strndup(line.text, line.length) : NULL;
        if (is_public)
            r = text ? strings_add_unique(ret, text) : -ENOMEM;
    }
    return r == -ENOENT ? 0 : r;
}

/* Keeps what systemd has of us. 0 or a negative errno. */
static int manager_note(
    const struct tree *tree, const struct strings *before, const struct strings *given)
{
    _cleanup_strings_ struct strings all = { 0 };
    _cleanup_buffer_ struct buffer text = { 0 };
    int r = 0;
    for (size_t i = 0; r == 0 && i < before->count; i++)
        r = strings_add_unique(&all, before->items[i]);
    for (size_t i = 0; r == 0 && i < given->count; i++)
        r = strings_add_unique(&all, given->items[i]);
    for (size_t i = 0; r == 0 && i < all.count; i++)
        r = buffer_printf(&text, "%s\n", all.items[i]);
    if (r == 0)
        r = text.size > 0 ? atomic_write(tree, PATH_MANAGER_ENV, &text, 0600, NULL)
                          : atomic_remove(tree, PATH_MANAGER_ENV, NULL);
    return r;
}

/* It is kept before systemd has it, and until it has lost it. */
static int manager_set(
    const struct tree *tree, const struct strings *unset, const struct strings *set)
{
    static const struct strings none;
    _cleanup_bus_ struct bus *bus = NULL;
    int r = bus_open(&bus);
    if (r == 0)
        r = manager_note(tree, unset, set);
    if (r == 0)
        r = bus_set_environment(bus, unset, set);
    return r == 0 ? manager_note(tree, &none, set) : r;
}

/* 0 or -ENOMEM. */
static int manager_warn(int failure, const struct strings *unset, const struct strings *set)
{
    _cleanup_buffer_ struct buffer names = { 0 };
    int r = 0;
    for (size_t i = 0; r == 0 && set->count == 0 && i < unset->count; i++)
        r = buffer_printf(&names, " %.*s", (int) strcspn(unset->items[i], "="), unset->items[i]);
    if (r < 0)
        return r;
    if (set->count == 0)
        log_warning("systemd still has the variables for services (systemctl unset-environment%s "
                    "takes them back): %s",
            names.data, strerror(-failure));
    else
        log_warning("systemd does not take the variables for services "
                    "(systemctl restart ec2-bootstrap does it): %s",
            strerror(-failure));
    return 0;
}

int manager_refresh(const struct tree *tree)
{
    _cleanup_strings_ struct strings unset = { 0 }, set = { 0 };
    if (*tree->path)
        return 0;
    int r = manager_read_file(tree, PATH_MANAGER_ENV, &unset);
    if (r == 0)
        r = manager_read_file(tree, PATH_ENV_FILE, &set);
    if (r == 0 && unset.count + set.count > 0)
        r = manager_set(tree, &unset, &set);
    if (bus_is_absent(r) && !notify_is_expected())
        log_info("systemd is not running here: services get the variables at the next "
                 "boot, from ec2-bootstrap.service");
    else if (r < 0 && !bus_is_absent(r) && r != -ENOMEM)
        r = manager_warn(r, &unset, &set);
    return r == -ENOMEM ? r : 0;
}
