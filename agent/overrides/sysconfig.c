/* SPDX-License-Identifier: MIT */
/* The script reads the file line by line, which no reader of scripts could follow. */

#include "overrides/sysconfig.h"

#include <string.h>

#include "lib/array.h"
#include "overrides/place.h"
#include "overrides/unit_file.h"

/* What a line of the file sets. */
static const struct {
    const char *key;
    const char *names[2];
} sysconfig_keys[] = {
    { "HTTP_PROXY", { "http_proxy" } },
    { "HTTPS_PROXY", { "https_proxy" } },
    { "NO_PROXY", { "no_proxy", "NO_PROXY" } },
};

struct sysconfig_reader {
    const struct detection *detection;
    struct values *values;
    bool is_enabled;
    size_t line; /* of what said so; 0: none did */
};

static int sysconfig_assign(
    const struct sysconfig_reader *reader, const char *name, const char *text, size_t line)
{
    return values_assign(reader->values, reader->detection->environment,
        &(struct assignment){ .name = name,
            .text = text,
            .path = SYSCONFIG,
            .line = line,
            .is_known = true,
            .is_export = true,
            .reach = REACH_ALWAYS });
}

static int sysconfig_visit(const struct unit_setting *setting, void *data)
{
    struct sysconfig_reader *reader = data;
    int r = 0;
    if (strcmp(setting->key, "PROXY_ENABLED") == 0) {
        reader->is_enabled = strcmp(setting->value, "yes") == 0;
        reader->line = setting->line;
    }
    for (size_t i = 0; reader->is_enabled && i < ELEMENTSOF(sysconfig_keys); i++)
        for (size_t n = 0; r == 0 && n < 2 && sysconfig_keys[i].names[n]; n++)
            if (strcmp(setting->key, sysconfig_keys[i].key) == 0)
                r = sysconfig_assign(
                    reader, sysconfig_keys[i].names[n], setting->value, setting->line);
    return r;
}

int sysconfig_read(const struct detection *detection, struct values *values)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    struct sysconfig_reader reader = { .detection = detection, .values = values };
    if (detection_writes(detection, "sysconfig"))
        return values_reset(values, detection->environment);
    int r = place_read(detection->tree, SYSCONFIG, &bytes);
    if (r > 0)
        r = unit_environment_read(&bytes, sysconfig_visit, &reader);
    for (size_t i = 0; r == 0 && !reader.is_enabled && i < ELEMENTSOF(sysconfig_keys); i++)
        for (size_t n = 0; r == 0 && n < 2 && sysconfig_keys[i].names[n]; n++)
            r = sysconfig_assign(&reader, sysconfig_keys[i].names[n], NULL, reader.line);
    return r;
}
