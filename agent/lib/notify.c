/* SPDX-License-Identifier: MIT */
/* sd_notify, and only here. A failure to notify is not ours to handle: systemd notices by itself.
 */

#include "lib/notify.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-daemon.h>

#include "lib/printable.h"

/* A prefix, and a status. */
enum { STATE_MAX = ERROR_TEXT_MAX + 64 };

bool notify_is_expected(void)
{
    return getenv("NOTIFY_SOCKET") != NULL;
}

__attribute__((format(printf, 1, 2))) static void notify_send(const char *format, ...)
{
    if (!notify_is_expected())
        return;
    char state[STATE_MAX];
    va_list arguments;
    va_start(arguments, format);
    (void) vsnprintf(state, sizeof(state), format, arguments);
    va_end(arguments);
    (void) sd_notify(0, state);
}

__attribute__((format(printf, 2, 0))) static void send_text(
    const char *prefix, const char *format, va_list arguments)
{
    char text[ERROR_TEXT_MAX];
    (void) vsnprintf(text, sizeof(text), format, arguments);
    printable_make(text);
    notify_send("%sSTATUS=%s", prefix, text);
}

void notify_status(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    send_text("", format, arguments);
    va_end(arguments);
}

void notify_extend_timeout(uint64_t ms)
{
    notify_send("EXTEND_TIMEOUT_USEC=%llu", (unsigned long long) ms * 1000);
}

void notify_ready(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    send_text("READY=1\n", format, arguments);
    va_end(arguments);
}

void notify_failure(const struct error *err, int negative_errno)
{
    notify_send("STATUS=%s\nERRNO=%d", err->text, -negative_errno);
}
