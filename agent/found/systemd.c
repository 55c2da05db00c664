/* SPDX-License-Identifier: MIT */
/* table: libsystemd. */

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

#include "found/found.h"

#define SYSTEMD(name, parameters, arguments)                                                       \
    FOUND(FOUND_SYSTEMD, int, found_failure(), name, parameters, arguments)

SYSTEMD(sd_booted, (void), ())
SYSTEMD(sd_notify, (int unset, const char *state), (unset, state))
SYSTEMD(sd_bus_new, (sd_bus * *ret), (ret))
SYSTEMD(sd_bus_set_address, (sd_bus * bus, const char *address), (bus, address))
SYSTEMD(sd_bus_start, (sd_bus * bus), (bus))
SYSTEMD(sd_bus_is_ready, (sd_bus * bus), (bus))
SYSTEMD(sd_bus_process, (sd_bus * bus, sd_bus_message **ret), (bus, ret))
SYSTEMD(sd_bus_wait, (sd_bus * bus, uint64_t us), (bus, us))
SYSTEMD(sd_bus_set_method_call_timeout, (sd_bus * bus, uint64_t us), (bus, us))
FOUND(FOUND_SYSTEMD, sd_bus *, NULL, sd_bus_close_unref, (sd_bus * bus), (bus))
SYSTEMD(sd_bus_call,
    (sd_bus * bus, sd_bus_message *message, uint64_t us, sd_bus_error *error, sd_bus_message **ret),
    (bus, message, us, error, ret))
SYSTEMD(sd_bus_message_new_method_call,
    (sd_bus * bus, sd_bus_message **ret, const char *to, const char *path, const char *interface,
        const char *member),
    (bus, ret, to, path, interface, member))
SYSTEMD(sd_bus_message_append_basic, (sd_bus_message * message, char type, const void *value),
    (message, type, value))
SYSTEMD(sd_bus_message_open_container, (sd_bus_message * message, char type, const char *contents),
    (message, type, contents))
SYSTEMD(sd_bus_message_close_container, (sd_bus_message * message), (message))
FOUND(FOUND_SYSTEMD, sd_bus_message *, NULL, sd_bus_message_unref, (sd_bus_message * message),
    (message))
SYSTEMD(sd_journal_sendv, (const struct iovec *fields, int count), (fields, count))
SYSTEMD(sd_journal_open_files_fd, (sd_journal * *ret, int fds[], unsigned int count, int flags),
    (ret, fds, count, flags))
SYSTEMD(sd_journal_set_data_threshold, (sd_journal * journal, size_t size), (journal, size))
SYSTEMD(sd_journal_seek_head, (sd_journal * journal), (journal))
SYSTEMD(sd_journal_next, (sd_journal * journal), (journal))
SYSTEMD(sd_journal_enumerate_data, (sd_journal * journal, const void **ret, size_t *size),
    (journal, ret, size))
FOUND_VOID(FOUND_SYSTEMD, sd_journal_restart_data, (sd_journal * journal), (journal))
FOUND_VOID(FOUND_SYSTEMD, sd_journal_close, (sd_journal * journal), (journal))
