/* SPDX-License-Identifier: MIT */
/* Services of users: environment.d(5). /etc/environment is one of its files, by the link
 * /usr/lib/environment.d/99-environment.conf; those that sort behind it win. */

#include <errno.h>
#include <string.h>

#include "lib/lines.h"
#include "lib/memory.h"
#include "overrides/place.h"
#include "overrides/script_expand.h"

#define LINK_NAME "/99-environment.conf"
#define REMEDY    "remove that line, or the file"

static int environment_d_assign(const struct detection *detection, struct values *values,
    const char *path, size_t number, const struct line *line)
{
    const char *equals = memchr(line->text, '=', line->length);
    if (!equals || line_is_blank_or_comment(line) || *line->text == ';')
        return 0;
    _cleanup_mem_ char *name = mem_strndup(line->text, (size_t) (equals - line->text));
    _cleanup_expansion_ struct expansion text = { 0 };
    size_t length = line->length - (size_t) (equals + 1 - line->text);
    if (!name || script_expand(equals + 1, length, values, detection->environment, &text) < 0)
        return -ENOMEM;
    return values_assign(values, detection->environment,
        &(struct assignment){ .name = name,
            .text = text.text.data,
            .path = path,
            .line = number,
            .is_known = text.is_known,
            .is_export = true,
            .reach = REACH_ALWAYS });
}

static int environment_d_read(
    const struct detection *detection, struct values *values, const char *path)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    size_t length = strlen(path), tail = strlen(LINK_NAME), number = 0;
    int r = place_is_masked(detection->tree, path);
    if (r != 0)
        return r < 0 ? r : 0;
    if (length > tail && strcmp(path + length - tail, LINK_NAME) == 0)
        return values_reset(values, detection->environment);
    r = detection_read(detection, path, &bytes);
    for (struct line line = { 0 }; r > 0 && line_next(&bytes, &line);) {
        const struct line trimmed = line_trim(&line);
        number++;
        if (environment_d_assign(detection, values, path, number, &trimmed) < 0)
            return -ENOMEM;
    }
    return r < 0 ? r : 0;
}

/* With the directory of one user in front, or NULL. */
static int environment_d_detect(const struct detection *detection, const char *own)
{
    const char *const directories[] = { own ? own : "/etc/environment.d", "/etc/environment.d",
        "/run/environment.d", "/usr/local/lib/environment.d", "/usr/lib/environment.d", NULL };
    const struct override like = {
        .detector = "user-managers", .consumer = "services of users", .remedy = REMEDY
    };
    _cleanup_strings_ struct strings paths = { 0 };
    _cleanup_values_ struct values values = { 0 };
    int r = place_merge(detection->tree, directories, ".conf", &paths);
    if (r == 0)
        r = values_begin(&values, detection->environment);
    for (size_t i = 0; r == 0 && i < paths.count; i++)
        r = environment_d_read(detection, &values, paths.items[i]);
    return r < 0 ? r : values_report(&values, detection, &like);
}

int detect_user_managers(const struct detection *detection)
{
    _cleanup_strings_ struct strings homes = { 0 };
    int r = place_homes(detection->tree, &homes);
    if (r == 0)
        r = environment_d_detect(detection, NULL);
    for (size_t i = 0; r == 0 && i < homes.count; i++) {
        _cleanup_buffer_ struct buffer own = { 0 };
        _cleanup_strings_ struct strings files = { 0 };
        r = buffer_printf(&own, "%s/.config/environment.d", homes.items[i]);
        if (r == 0)
            r = place_list(detection->tree, own.data, ".conf", &files);
        if (r == 0 && files.count > 0) /* else it is as without a user */
            r = environment_d_detect(detection, own.data);
    }
    return r;
}
