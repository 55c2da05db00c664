/* SPDX-License-Identifier: MIT */
/* Files that set variables for some sessions only: crontabs for their jobs, and sshd for what it
 * starts. Both come behind what PAM has of /etc/environment. crontab(5), sshd_config(5). */

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "lib/array.h"
#include "lib/ascii.h"
#include "lib/lines.h"
#include "lib/memory.h"
#include "overrides/place.h"
#include "overrides/unit_file.h"
#include "overrides/values.h"

#define REMEDY_CRON "remove that line"
#define REMEDY_SSHD "remove that variable, then reload sshd"

struct session_reader {
    const struct detection *detection;
    struct values *values;
    const char *path;
    size_t line;
};

static int session_assign(const struct session_reader *reader, const char *name, const char *text)
{
    return values_assign(reader->values, reader->detection->environment,
        &(struct assignment){ .name = name,
            .text = text,
            .path = reader->path,
            .line = reader->line,
            .is_known = true,
            .is_export = true,
            .reach = REACH_ALWAYS });
}

/* "NAME = value", with quotes around either; nothing is expanded. */
static int cron_read_line(const struct session_reader *reader, char *text)
{
    char *equals = strchr(text, '=');
    size_t name = strcspn(text, " \t=");
    if (!equals || (size_t) (equals - text) != name + strspn(text + name, " \t"))
        return 0;
    const char *start = equals + 1 + strspn(equals + 1, " \t");
    size_t length = strlen(start);
    bool is_quoted = length > 1 && strchr("\"'", *start) && start[length - 1] == *start;
    _cleanup_mem_ char *value = mem_strndup(start + is_quoted, is_quoted ? length - 2 : length);
    text[name] = '\0';
    return value ? session_assign(reader, text, value) : -ENOMEM;
}

/* "SetEnv NAME=value NAME=value". */
static int sshd_read_line(const struct session_reader *reader, char *text)
{
    static const char keyword[] = "SetEnv";
    size_t length = strlen(keyword);
    if (strncasecmp(text, keyword, length) != 0 || !strchr(" \t=", text[length]))
        return 0;
    int r = 1;
    for (const char *rest = text + length + strspn(text + length, " \t="); r > 0;) {
        _cleanup_buffer_ struct buffer word = { 0 };
        r = unit_next_word(&rest, &word);
        char *equals = r > 0 ? strchr(word.data, '=') : NULL;
        if (!equals)
            continue;
        *equals = '\0';
        if (session_assign(reader, word.data, equals + 1) < 0)
            return -ENOMEM;
    }
    return r;
}

/* Where such files are. A path that ends in a slash is a directory. */
static const struct {
    const char *path;
    const char *suffix; /* of the files of a directory */
    int (*read_line)(const struct session_reader *reader, char *text);
    struct override like;
} session_places[] = {
    { "/etc/crontab", "", cron_read_line,
        { .detector = "cron", .consumer = "cron's jobs", .remedy = REMEDY_CRON } },
    { "/etc/anacrontab", "", cron_read_line,
        { .detector = "cron", .consumer = "anacron's jobs", .remedy = REMEDY_CRON } },
    { "/etc/cron.d/", "", cron_read_line,
        { .detector = "cron", .consumer = "cron's jobs", .remedy = REMEDY_CRON } },
    { "/var/spool/cron/crontabs/", "", cron_read_line,
        { .detector = "cron", .consumer = "cron's jobs", .remedy = REMEDY_CRON } },
    { "/var/spool/cron/", "", cron_read_line,
        { .detector = "cron", .consumer = "cron's jobs", .remedy = REMEDY_CRON } },
    { "/etc/ssh/sshd_config", "", sshd_read_line,
        { .detector = "sshd", .consumer = "sessions of sshd", .remedy = REMEDY_SSHD } },
    { "/etc/ssh/sshd_config.d/", ".conf", sshd_read_line,
        { .detector = "sshd", .consumer = "sessions of sshd", .remedy = REMEDY_SSHD } },
};

/* Each file by itself. */
static int session_read(const struct detection *detection, size_t place, const char *path)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    _cleanup_values_ struct values values = { 0 };
    struct session_reader reader = { .detection = detection, .values = &values, .path = path };
    int r = place_read(detection->tree, path, &bytes);
    if (r <= 0)
        return r;
    r = values_begin(&values, detection->environment);
    for (struct line line = { 0 }; r == 0 && line_next(&bytes, &line);) {
        const struct line trimmed = line_trim(&line);
        _cleanup_mem_ char *text = mem_strndup(trimmed.text, trimmed.length);
        reader.line++;
        r = text ? session_places[place].read_line(&reader, text) : -ENOMEM;
    }
    return r < 0 ? r : values_report(&values, detection, &session_places[place].like);
}

static int session_read_place(const struct detection *detection, size_t place)
{
    const char *path = session_places[place].path;
    _cleanup_strings_ struct strings names = { 0 };
    if (path[strlen(path) - 1] != '/')
        return session_read(detection, place, path);
    int r = place_list(detection->tree, path, session_places[place].suffix, &names);
    for (size_t i = 0; r == 0 && i < names.count; i++) {
        _cleanup_buffer_ struct buffer file = { 0 };
        r = buffer_printf(&file, "%s%s", path, names.items[i]);
        if (r == 0)
            r = session_read(detection, place, file.data);
    }
    return r;
}

int detect_session_files(const struct detection *detection)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(session_places); i++)
        r = session_read_place(detection, i);
    return r;
}
