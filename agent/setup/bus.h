/* SPDX-License-Identifier: MIT */
#pragma once

/* The service manager, asked over D-Bus: org.freedesktop.systemd1(5). For root only. One that does
 * not answer costs ten seconds, whatever is asked, and is not asked again: -ETIMEDOUT. */

#include <errno.h>
#include <stdbool.h>

#include "lib/cleanup.h"
#include "lib/strings.h"

struct bus;

/* Connects to the manager. 0 and *ret, which the caller frees with bus_close(); or a negative
 * errno: there is none, as in a container. */
int bus_open(struct bus **ret);

/* Whether a failure to connect says that there is none. */
static inline bool bus_is_absent(int r)
{
    return r == -ENOENT || r == -ECONNREFUSED;
}

void bus_close(struct bus *bus);

/* Takes assignments ("NAME=value") out of the manager's environment, each only where it has this
 * value, and adds others, in one step. 0 or a negative errno. */
int bus_set_environment(struct bus *bus, const struct strings *unset, const struct strings *set);

/* Makes the manager read its units again. 0 or a negative errno. */
int bus_reload(struct bus *bus);

/* Asks for a restart of a unit, if it is running, and does not wait for it: the unit may be ordered
 * behind the caller's. 0 or a negative errno. */
int bus_restart(struct bus *bus, const char *unit);

static inline void cleanup_bus(struct bus **bus)
{
    bus_close(*bus);
}

#define _cleanup_bus_ _cleanup_(cleanup_bus)
