/* SPDX-License-Identifier: MIT */
#pragma once

/* Notifications to systemd, by the protocol of sd_notify(3). Does nothing when no NOTIFY_SOCKET is
 * set.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/error.h"

/* Whether systemd has started this process as the main one of a unit, and listens. */
bool notify_is_expected(void);

/* STATUS=: one line for `systemctl status`; what does not print is replaced (lib/printable.h). */
__attribute__((format(printf, 1, 2))) void notify_status(const char *format, ...);

/* EXTEND_TIMEOUT_USEC=: the start may take this much longer from now. */
void notify_extend_timeout(uint64_t ms);

/* READY=1 with a last STATUS=. */
__attribute__((format(printf, 1, 2))) void notify_ready(const char *format, ...);

/* STATUS= with the error's text, and ERRNO= (negative_errno as a positive number). */
void notify_failure(const struct error *err, int negative_errno);
