/* SPDX-License-Identifier: MIT */
/* What is accepted is still shown: an image has it, and who looks at the output should know. */

#include "seal/accepted.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

/* The entry's path when the entry is for a kind of that name; NULL when it is for another one. */
static const char *path_for(const char *entry, const char *kind)
{
    size_t length = strlen(kind);
    bool is_for = strncmp(entry, kind, length) == 0 && strncmp(entry + length, ": /", 3) == 0;
    return is_for ? entry + length + 2 : NULL;
}

static bool is_known(const char *entry)
{
    for (int kind = 0; kind < TRACE_KINDS; kind++)
        if (path_for(entry, seal_kind_name((enum seal_kind) kind)))
            return true;
    return false;
}

int accepted_check(const struct settings_list *ignored, struct error *err)
{
    for (size_t i = 0; i < ignored->names.count; i++)
        if (!is_known(ignored->names.items[i]))
            return error_set(err, EX_CONFIG, -EINVAL,
                "%s: seal.ignore: entry %zu begins with no kind of finding: write the kind and the "
                "path as seal prints them",
                ignored->origin ? ignored->origin : "the settings", i + 1);
    return 0;
}

static bool is_accepted(const struct settings_list *ignored, const struct finding *finding)
{
    for (size_t i = 0; i < ignored->names.count; i++) {
        const char *path = path_for(ignored->names.items[i], seal_kind_name(finding->kind));
        if (path && fnmatch(path, finding->path, FNM_PATHNAME) == 0)
            return true;
    }
    return false;
}

void accepted_mark(const struct settings_list *ignored, struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        findings->items[i].is_accepted = is_accepted(ignored, &findings->items[i]);
}
