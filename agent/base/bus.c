/* sd-bus, and only here. */

#include "base/bus.h"

#include <errno.h>
#include <string.h>
#include <systemd/sd-bus.h>

#include "base/cleanup.h"
#include "base/secret.h"

#define MANAGER "org.freedesktop.systemd1"
#define PATH    "/org/freedesktop/systemd1"

/* A manager that does not answer must not hold up the boot. */
static const uint64_t call_timeout_us = 10000000;

struct bus {
    sd_bus *connection;
};

/* The manager's own socket, which only root can open. It is there before the bus is, and a bus that
 * starts later than the caller would have to be waited for. */
static int open_private(sd_bus **ret)
{
    sd_bus *connection = NULL;
    int r = sd_bus_new(&connection);
    if (r == 0)
        r = sd_bus_set_address(connection, "unix:path=/run/systemd/private");
    if (r >= 0)
        r = sd_bus_start(connection);
    if (r < 0) {
        (void) sd_bus_unref(connection);
        return r;
    }
    *ret = connection;
    return 0;
}

int bus_open(struct bus **ret)
{
    sd_bus *connection = NULL;
    int r = open_private(&connection);
    if (r < 0)
        return r;
    struct bus *bus = secret_calloc(1, sizeof(*bus));
    if (!bus) {
        (void) sd_bus_unref(connection);
        return -ENOMEM;
    }
    (void) sd_bus_set_method_call_timeout(connection, call_timeout_us);
    bus->connection = connection;
    *ret = bus;
    return 0;
}

void bus_close(struct bus *bus)
{
    if (bus)
        (void) sd_bus_flush_close_unref(bus->connection);
    secret_free(bus);
}

int bus_unit_started(struct bus *bus, const char *unit, uint64_t *ret_us)
{
    _cleanup_free_ char *path = NULL, *state = NULL;
    int r = sd_bus_path_encode(PATH "/unit", unit, &path);
    if (r < 0)
        return r;
    r = sd_bus_get_property_string(
        bus->connection, MANAGER, path, MANAGER ".Unit", "ActiveState", NULL, &state);
    if (r < 0 || (strcmp(state, "active") != 0 && strcmp(state, "reloading") != 0))
        return r < 0 ? r : 0;
    r = sd_bus_get_property_trivial(
        bus->connection, MANAGER, path, MANAGER ".Unit", "ActiveEnterTimestamp", NULL, 't', ret_us);
    return r < 0 ? r : 1;
}

int bus_reload(struct bus *bus)
{
    int r = sd_bus_call_method(
        bus->connection, MANAGER, PATH, MANAGER ".Manager", "Reload", NULL, NULL, NULL);
    return r < 0 ? r : 0;
}

int bus_restart(struct bus *bus, const char *unit)
{
    int r = sd_bus_call_method(bus->connection, MANAGER, PATH, MANAGER ".Manager", "TryRestartUnit",
        NULL, NULL, "ss", unit, "replace");
    return r < 0 ? r : 0;
}
