/* SPDX-License-Identifier: MIT */
/* Options take precedence over settings. */

#include <errno.h>
#include <unistd.h>

#include "files/paths.h"
#include "lib/array.h"
#include "lib/memory.h"
#include "settings/fetched.h"
#include "setup/kept.h"

static int apply_options(
    const struct setup_options *options, struct settings *settings, struct error *err)
{
    const struct {
        const char *name;
        const char *key;
        const char *value;
    } overrides[] = {
        { "--http-proxy", "proxy.http", options->http_proxy },
        { "--https-proxy", "proxy.https", options->https_proxy },
        { "--no-proxy", "no_proxy.add", options->no_proxy },
        { "--endpoint", "imds.endpoint", options->endpoint },
    };
    for (size_t i = 0; i < ELEMENTSOF(overrides); i++) {
        if (!overrides[i].value)
            continue;
        int r = settings_set_option(
            settings, overrides[i].name, overrides[i].key, overrides[i].value, err);
        if (r < 0)
            return r;
    }
    return 0;
}

/* A name that is no output costs only itself, unless nothing else is left to be written. */
static int check_outputs(struct settings *settings, struct error *err)
{
    const struct settings_list *outputs = &settings->outputs;
    size_t refused = 0;
    for (size_t i = 0; i < outputs->names.count; i++) {
        struct error reason = { 0 };
        int r = outputs_check_name(outputs->names.items[i], &reason);
        if (r == -EINVAL && ++refused == outputs->names.count)
            return error_set(err, EX_CONFIG, r, "%s: outputs: %s", outputs->origin, reason.text);
        if (r == -ENOMEM || (r < 0 && few_printf(&settings->warnings, "%s: outputs: %s: left out",
                                          outputs->origin, reason.text) < 0))
            return error_no_memory(err);
    }
    return 0;
}

/* Only root reads what AWS holds: a password can be with it. */
static int load_fetched(struct setup *setup, const struct fetched_files *files, struct error *err)
{
    int r = settings_load_fetched(&setup->tree, files, &setup->settings, err);
    if (geteuid() == 0 || (r != -EACCES && r != -EPERM))
        return r;
    *err = (struct error){ 0 };
    return strings_printf(&setup->warnings,
               "%s" PATH_FETCHED_SETTINGS ": only root reads the settings that AWS holds: they are "
               "left out here",
               setup->tree.path) < 0
               ? error_no_memory(err)
               : 0;
}

static int load_files(const struct setup_options *options, struct setup *setup,
    const struct fetched_files *files, struct error *err)
{
    int r = setup->reads_fetched ? load_fetched(setup, files, err) : 0;
    return r < 0 ? r : settings_load(&setup->tree, options->config, &setup->settings, err);
}

/* Again, with what was kept below them, which they ask for. */
static int load_kept(const struct setup_options *options, struct setup *setup, struct error *err)
{
    int r = setup->reads_fetched ? kept_is_needed(setup) : 0;
    if (r == 0)
        return 0;
    if (r < 0 || strings_append(&setup->warnings,
                     "AWS has given no settings in this boot: those of an earlier one count "
                     "(remote.keep), without a password") < 0)
        return error_no_memory(err);
    settings_free(&setup->settings);
    setup->settings = settings_default();
    return load_files(options, setup, &fetched_kept, err);
}

static int load_settings(
    const struct setup_options *options, struct setup *setup, struct error *err)
{
    int r = load_files(options, setup, &fetched_of_boot, err);
    if (r == 0)
        r = load_kept(options, setup, err);
    if (r < 0)
        return r;
    if (setup->settings.no_proxy_services.is_auto &&
        strings_append_all(
            &setup->settings.no_proxy_services.names, &setup->settings.no_proxy_found) < 0)
        return error_no_memory(err);
    r = check_outputs(&setup->settings, err);
    return r < 0 ? r : apply_options(options, &setup->settings, err);
}

int setup_open(const struct setup_options *options, struct setup *setup, struct error *err)
{
    *setup = (struct setup){ .tree = { .fd = -1 },
        .settings = settings_default(),
        .reads_fetched = !options->config && !options->without_fetched };
    int r = tree_open(options->root ? options->root : "/", &setup->tree, err);
    if (r < 0)
        return r;
    r = load_settings(options, setup, err);
    if (r == 0 && few_tell(&setup->settings.warnings, "entries of lists that are left out",
                      &setup->warnings) < 0)
        r = error_no_memory(err);
    return r;
}

void setup_close(struct setup *setup)
{
    strings_free(&setup->presets);
    strings_free(&setup->notes);
    strings_free(&setup->warnings);
    strings_free(&setup->doubts);
    overrides_free(&setup->overrides);
    output_results_free(&setup->results);
    environment_free(&setup->environment);
    facts_free(&setup->facts);
    imds_client_free(setup->imds);
    strings_free(&setup->endpoints);
    mem_free(setup->password);
    ca_file_free(&setup->ca_file);
    trust_outcome_free(&setup->trust);
    settings_free(&setup->settings);
    tree_close(&setup->tree);
    setup->imds = NULL;
    setup->password = NULL;
}
