/* sd_notify, and only here. A failure to notify is not ours to handle: systemd notices by itself.
 */

#include "lib/notify.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-daemon.h>

#include "lib/printable.h"

__attribute__((format(printf, 2, 0))) static void send_text(
    const char *prefix, const char *format, va_list arguments)
{
    char text[ERROR_TEXT_MAX];
    (void) vsnprintf(text, sizeof(text), format, arguments);
    printable_make(text);
    (void) sd_notifyf(0, "%sSTATUS=%s", prefix, text);
}

bool notify_is_expected(void)
{
    return getenv("NOTIFY_SOCKET") != NULL;
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
    (void) sd_notifyf(0, "EXTEND_TIMEOUT_USEC=%llu", (unsigned long long) ms * 1000);
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
    (void) sd_notifyf(0, "STATUS=%s\nERRNO=%d", err->text, -negative_errno);
}
