/* SPDX-License-Identifier: MIT */
/* Which presets count, and their entries. */

#include "proxy/presets.h"

#include <errno.h>

#include "lib/few.h"
#include "lib/log.h"
#include "lib/memory.h"
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

static int find_presets(const struct tree *tree, struct strings *ret)
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

int setup_choose_presets(struct setup *setup)
{
    const struct settings_list *list = &setup->settings.no_proxy_presets;
    return list->is_auto ? find_presets(&setup->tree, &setup->presets)
                         : strings_append_all(&setup->presets, &list->names);
}

bool setup_wants_node_config(const struct setup *setup)
{
    for (size_t i = 0; i < setup->presets.count; i++) {
        const struct preset *preset = preset_find(setup->presets.items[i]);
        if (preset && preset->has_node_config)
            return true;
    }
    return false;
}

static int warn_node_config(struct setup *setup, const char *reason)
{
    return strings_printf(&setup->doubts,
        "the NodeConfig in user-data: %s: not used; put the cluster's range of services and its "
        "endpoint into no_proxy.add",
        reason);
}

/* The block that the cluster has for services, or NULL. 0 or -ENOMEM. */
static int choose_services(struct setup *setup, const char **ret)
{
    const char *text = setup->facts.node_config.services;
    struct address block;
    *ret = NULL;
    if (!text)
        return 0;
    if (address_parse(text, &block) < 0 || !preset_is_service_block(&block))
        return warn_node_config(setup, "its cidr is no private block from /12 to /24");
    *ret = text;
    return 0;
}

/* The host of the cluster's endpoint, which no name is below. */
static int append_endpoint(struct setup *setup, struct no_proxy_entries *ret)
{
    const char *text = setup->facts.node_config.endpoint;
    struct no_proxy_entry entry = { 0 };
    struct error reason = { 0 };
    int r = text ? no_proxy_entry_parse(text, &entry, &reason) : 0;
    if (r < 0)
        return r == -ENOMEM ? r : warn_node_config(setup, "its apiServerEndpoint is no URL");
    if (!text)
        return 0;
    if (entry.kind == NO_PROXY_DOMAIN)
        entry.kind = NO_PROXY_HOST;
    return no_proxy_entries_append(ret, &entry);
}

static int append_preset(
    struct setup *setup, const struct preset *preset, struct no_proxy_entries *ret)
{
    const char *services = NULL;
    _cleanup_buffer_ struct buffer text = { 0 };
    _cleanup_few_ struct few refused = { 0 };
    int r = preset->has_node_config ? choose_services(setup, &services) : 0;
    if (r == 0)
        r = buffer_printf(
            &text, "%s,%s,%s", preset->names, preset->pods, services ? services : preset->services);
    if (r == 0)
        r = no_proxy_entries_parse(text.data, NULL, ret, &refused, NULL);
    return r == 0 && preset->has_node_config ? append_endpoint(setup, ret) : r;
}

int setup_read_presets(struct setup *setup, struct no_proxy_entries *ret)
{
    const char *problem = setup->facts.node_config_problem;
    int r = problem ? warn_node_config(setup, problem) : 0;
    for (size_t i = 0; r == 0 && i < setup->presets.count; i++) {
        const struct preset *preset = preset_find(setup->presets.items[i]);
        r = preset ? append_preset(setup, preset, ret) : 0;
    }
    return r;
}
