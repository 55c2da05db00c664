/* SPDX-License-Identifier: MIT */
/* sd-bus, and only here. */

#include "setup/bus.h"

#include <errno.h>
#include <systemd/sd-bus.h>

#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/memory.h"

#define MANAGER "org.freedesktop.systemd1"
#define PATH    "/org/freedesktop/systemd1"

/* A manager that does not answer must not hold up the boot: for all that is asked together. */
enum { ANSWERS_WITHIN_MS = 10000 };

/* Once one has not answered. */
static bool is_silent;

struct bus {
    sd_bus *connection;
    uint64_t end_ms;
};

static uint64_t left_us(uint64_t end_ms)
{
    uint64_t now_ms = clock_now_ms();
    return now_ms < end_ms ? (end_ms - now_ms) * 1000 : 0;
}

/* Waits for the end of the authentication, for which libsystemd has a limit that is too long. */
static int wait_ready(sd_bus *connection, uint64_t end_ms)
{
    int r = 0;
    while (r >= 0 && sd_bus_is_ready(connection) <= 0) {
        if (left_us(end_ms) == 0)
            return -ETIMEDOUT;
        r = sd_bus_process(connection, NULL);
        if (r == 0)
            r = sd_bus_wait(connection, left_us(end_ms));
    }
    return r < 0 ? r : 0;
}

/* Before each call. */
static int limit(const struct bus *bus)
{
    uint64_t left = left_us(bus->end_ms);
    return left > 0 ? sd_bus_set_method_call_timeout(bus->connection, left) : -ETIMEDOUT;
}

/* After each call, and after connecting. */
static int bus_result(int r)
{
    is_silent |= r == -ETIMEDOUT;
    return r < 0 ? r : 0;
}

/* The manager's own socket, which only root can open. It is there before the bus is, and a bus that
 * starts later than the caller would have to be waited for. */
static int open_private(uint64_t end_ms, sd_bus **ret)
{
    sd_bus *connection = NULL;
    int r = sd_bus_new(&connection);
    if (r == 0)
        r = sd_bus_set_address(connection, "unix:path=/run/systemd/private");
    if (r >= 0)
        r = sd_bus_start(connection);
    if (r >= 0)
        r = wait_ready(connection, end_ms);
    if (r < 0) {
        (void) sd_bus_close_unref(connection);
        return r;
    }
    *ret = connection;
    return 0;
}

int bus_open(struct bus **ret)
{
    sd_bus *connection = NULL;
    uint64_t end_ms = clock_now_ms() + ANSWERS_WITHIN_MS;
    int r = is_silent ? -ETIMEDOUT : bus_result(open_private(end_ms, &connection));
    if (r < 0)
        return r;
    struct bus *bus = mem_calloc(1, sizeof(*bus));
    if (!bus) {
        (void) sd_bus_close_unref(connection);
        return -ENOMEM;
    }
    *bus = (struct bus){ connection, end_ms };
    *ret = bus;
    return 0;
}

void bus_close(struct bus *bus)
{
    if (bus)
        (void) sd_bus_close_unref(bus->connection);
    mem_free(bus);
}

static int append_strings(sd_bus_message *message, const struct strings *strings)
{
    int r = sd_bus_message_open_container(message, 'a', "s");
    for (size_t i = 0; r >= 0 && i < strings->count; i++)
        r = sd_bus_message_append_basic(message, 's', strings->items[i]);
    return r < 0 ? r : sd_bus_message_close_container(message);
}

static int begin_call(const struct bus *bus, const char *method, sd_bus_message **ret)
{
    int r = limit(bus);
    return r < 0 ? r
                 : sd_bus_message_new_method_call(
                       bus->connection, ret, MANAGER, PATH, MANAGER ".Manager", method);
}

/* Sends what begin_call() began, unless `r` says that it failed, and releases it. */
static int end_call(const struct bus *bus, int r, sd_bus_message *message)
{
    if (r >= 0)
        r = sd_bus_call(bus->connection, message, left_us(bus->end_ms), NULL, NULL);
    (void) sd_bus_message_unref(message);
    return bus_result(r);
}

int bus_set_environment(struct bus *bus, const struct strings *unset, const struct strings *set)
{
    sd_bus_message *message = NULL;
    int r = begin_call(bus, "UnsetAndSetEnvironment", &message);
    if (r >= 0)
        r = append_strings(message, unset);
    if (r >= 0)
        r = append_strings(message, set);
    return end_call(bus, r, message);
}

int bus_reload(struct bus *bus)
{
    sd_bus_message *message = NULL;
    int r = begin_call(bus, "Reload", &message);
    return end_call(bus, r, message);
}

int bus_restart(struct bus *bus, const char *unit)
{
    sd_bus_message *message = NULL;
    int r = begin_call(bus, "TryRestartUnit", &message);
    if (r >= 0)
        r = sd_bus_message_append_basic(message, 's', unit);
    if (r >= 0)
        r = sd_bus_message_append_basic(message, 's', "replace");
    return end_call(bus, r, message);
}
