/* Which presets count, and their entries. */

#include <errno.h>

#include "lib/log.h"
#include "proxy/presets.h"
#include "setup/setup_internal.h"

/* Whether one of its programs is in the tree: 1, 0 or -ENOMEM. What cannot be seen is not there. */
static int is_there(const struct tree *tree, const struct preset *preset)
{
    int r = 0;
    for (const char *const *path = preset->programs; r <= 0 && *path; path++) {
        r = tree_exists(tree, *path);
        if (r == -ENOMEM)
            return r;
    }
    return r > 0;
}

static int choose_presets(const struct tree *tree, struct strings *ret)
{
    for (const struct preset *preset = presets; preset->name; preset++) {
        if (preset->is_general && ret->count > 0)
            continue;
        int r = is_there(tree, preset);
        if (r > 0) {
            log_debug("no_proxy.presets: %s is on this machine", preset->name);
            r = strings_append(ret, preset->name);
        }
        if (r < 0)
            return r;
    }
    return 0;
}

int setup_read_presets(const struct setup *setup, struct no_proxy_entries *ret, struct error *err)
{
    const struct settings_list *list = &setup->settings.no_proxy_presets;
    _cleanup_strings_ struct strings found = { 0 };
    _cleanup_few_ struct few refused = { 0 };
    if (list->is_auto && choose_presets(&setup->tree, &found) < 0)
        return error_no_memory(err);
    const struct strings *names = list->is_auto ? &found : &list->names;
    int r = 0;
    for (size_t i = 0; r == 0 && i < names->count; i++) {
        const struct preset *preset = preset_find(names->items[i]);
        if (preset)
            r = no_proxy_entries_parse(preset->entries, NULL, ret, &refused, err);
    }
    return r;
}
