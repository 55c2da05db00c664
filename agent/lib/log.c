/* SPDX-License-Identifier: MIT */
/* One place that decides where a message goes and how it looks there. */

#include "lib/log.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <syslog.h>
#define SD_JOURNAL_SUPPRESS_LOCATION /* it would always be this file */
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "lib/buffer.h"
#include "lib/printable.h"

enum { JOURNAL_FIELDS_MAX = 16 };

static enum log_level log_level = LOG_LEVEL_INFO;
static bool progress_shown, progress_alone;

static const struct {
    const char *word;
    const char *colour;
    int priority;
} levels[] = {
    [LOG_LEVEL_ERROR] = { "error: ", "\x1b[31m", LOG_ERR },
    [LOG_LEVEL_WARNING] = { "warning: ", "\x1b[33m", LOG_WARNING },
    [LOG_LEVEL_INFO] = { "", "", LOG_INFO },
    [LOG_LEVEL_DEBUG] = { "", "\x1b[2m", LOG_DEBUG },
};

void log_set_level(enum log_level level)
{
    log_level = level;
}

/* "NAME=VALUE", whatever the value has in it. */
static int log_append_field(struct buffer *entry, const char *name, const char *value)
{
    int r = buffer_printf(entry, "%s=%s", name, value);
    if (r == 0)
        printable_make(entry->data);
    entry->size = r == 0 ? strlen(entry->data) : 0;
    return r;
}

/* systemd names the device and inode of the journal's stream; a redirected standard error has
 * others. */
static bool is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat status;
    if (!stream || fstat(STDERR_FILENO, &status) < 0)
        return false;
    char own[64];
    (void) snprintf(
        own, sizeof(own), "%ju:%ju", (uintmax_t) status.st_dev, (uintmax_t) status.st_ino);
    /* In a chroot that a service has entered journald cannot be reached, and nobody says so. */
    return strcmp(stream, own) == 0 && access("/run/systemd/journal/socket", F_OK) == 0;
}

/* Any value of NO_COLOR but an empty one switches colour off. */
bool log_shows_colour(int fd)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(fd) && !(no_color && *no_color) && !(term && strcmp(term, "dumb") == 0);
}

static int send_to_journal(
    enum log_level level, const struct log_field fields[], size_t count, const char *message)
{
    struct buffer entries[JOURNAL_FIELDS_MAX + 2] = { 0 };
    struct iovec vector[JOURNAL_FIELDS_MAX + 2];
    size_t used = 0;
    int r = buffer_printf(&entries[used++], "MESSAGE=%s", message);
    if (r == 0)
        r = buffer_printf(&entries[used++], "PRIORITY=%d", levels[level].priority);
    for (size_t i = 0; r == 0 && i < count && i < JOURNAL_FIELDS_MAX; i++)
        if (fields[i].value)
            r = log_append_field(&entries[used++], fields[i].name, fields[i].value);
    for (size_t i = 0; r == 0 && i < used; i++)
        vector[i] = (struct iovec){ entries[i].data, entries[i].size };
    if (r == 0)
        r = sd_journal_sendv(vector, (int) used);
    for (size_t i = 0; i < used; i++)
        buffer_free(&entries[i]);
    return r;
}

static void clear_progress(void)
{
    if (progress_shown)
        (void) fputs("\r\x1b[K", stderr);
    progress_shown = false;
}

static void send_to_stderr(enum log_level level, const char *message)
{
    clear_progress();
    if (log_shows_colour(STDERR_FILENO) && *levels[level].colour)
        (void) fprintf(stderr, "ec2-bootstrap: %s%s%s\x1b[0m\n", levels[level].colour,
            levels[level].word, message);
    else
        (void) fprintf(stderr, "ec2-bootstrap: %s%s\n", levels[level].word, message);
}

void log_write(
    enum log_level level, const struct log_field fields[], size_t count, const char *format, ...)
{
    if (level > log_level)
        return;
    char message[4096];
    va_list arguments;
    va_start(arguments, format);
    (void) vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    printable_make(message);
    if (!is_journal() || send_to_journal(level, fields, count, message) < 0)
        send_to_stderr(level, message);
}

void log_warnings(const struct strings *warnings)
{
    for (size_t i = 0; i < warnings->count; i++)
        log_warning("%s", warnings->items[i]);
}

void log_progress(const char *format, ...)
{
    if ((log_level < LOG_LEVEL_INFO && !progress_alone) || !isatty(STDERR_FILENO))
        return;
    clear_progress();
    va_list arguments;
    char text[256];
    va_start(arguments, format);
    (void) vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    printable_make(text);
    (void) fprintf(stderr, "ec2-bootstrap: %s", text);
    (void) fflush(stderr);
    progress_shown = true;
}

void log_only_progress(void)
{
    log_level = LOG_LEVEL_ERROR;
    progress_alone = true;
}

void log_end_progress(void)
{
    clear_progress();
    (void) fflush(stderr);
}
