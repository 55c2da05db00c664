/* SPDX-License-Identifier: MIT */
/* What the service manager gives to all services by itself: DefaultEnvironment=. Ours come from a
 * file that is made in each boot, so services that start before it have only that.
 * systemd-system.conf(5). */

#include <errno.h>
#include <string.h>

#include "overrides/place.h"
#include "overrides/unit_file.h"
#include "overrides/values.h"

/* One file while it is read. */
struct manager_reader {
    const struct detection *detection;
    struct values *values;
    const char *path;
};

static int manager_assign(
    const struct manager_reader *reader, char *word, const struct unit_setting *setting)
{
    char *equals = strchr(word, '=');
    if (!equals)
        return 0;
    *equals = '\0';
    return values_assign(reader->values, reader->detection->environment,
        &(struct assignment){ .name = word,
            .text = equals + 1,
            .path = reader->path,
            .line = setting->line,
            .is_known = true,
            .is_export = true,
            .reach = REACH_ALWAYS });
}

/* An empty one takes back those before it. */
static int manager_visit(const struct unit_setting *setting, void *data)
{
    const struct manager_reader *reader = data;
    if (strcmp(setting->key, "DefaultEnvironment") != 0)
        return 0;
    if (!*setting->value)
        return values_reset(reader->values, reader->detection->environment);
    int r = 1;
    for (const char *rest = setting->value; r > 0;) {
        _cleanup_buffer_ struct buffer word = { 0 };
        r = unit_next_word(&rest, &word);
        if (r > 0 && manager_assign(reader, word.data, setting) < 0)
            r = -ENOMEM;
    }
    return r;
}

static int manager_read(const struct detection *detection, struct values *values, const char *path)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    struct manager_reader reader = { detection, values, path };
    int r = place_is_masked(detection->tree, path);
    if (r != 0)
        return r < 0 ? r : 0;
    r = place_read(detection->tree, path, &bytes);
    return r > 0 ? unit_file_read(&bytes, "[Manager]", manager_visit, &reader) : r;
}

int detect_manager(const struct detection *detection)
{
    static const char *const directories[] = { "/etc/systemd/system.conf.d",
        "/run/systemd/system.conf.d", "/usr/local/lib/systemd/system.conf.d",
        "/usr/lib/systemd/system.conf.d", NULL };
    static const char *const mains[] = { "/etc/systemd/system.conf",
        "/usr/lib/systemd/system.conf" };
    static const struct override like = {
        .detector = "manager",
        .consumer = "services that start before ec2-bootstrap",
        .remedy = "remove it there, then run systemctl daemon-reexec",
    };
    _cleanup_strings_ struct strings paths = { 0 };
    _cleanup_values_ struct values values = { 0 };
    int is_in_etc = place_exists(detection->tree, mains[0]);
    int r = is_in_etc < 0 ? is_in_etc : strings_append(&paths, mains[is_in_etc ? 0 : 1]);
    if (r == 0)
        r = place_merge(detection->tree, directories, ".conf", &paths);
    if (r == 0)
        r = values_begin(&values, detection->environment);
    for (size_t i = 0; r == 0 && i < paths.count; i++)
        r = manager_read(detection, &values, paths.items[i]);
    return r < 0 ? r : values_report(&values, detection, &like);
}
