/* SPDX-License-Identifier: MIT */
/* The variables that have clients trust the company's CA. One whose file is not there breaks more
 * than none, so each waits for its file. */

#include "proxy/ca_variables.h"

#include "files/paths.h"
#include "lib/memory.h"
#include "setup/setup_internal.h"

static bool is_asked_for(const struct setup *setup, const struct ca_variable *variable)
{
    return !variable->caution || strings_contains(&setup->settings.proxy_ca_variables.names,
                                     environment_name(variable->id));
}

/* The path in a value. "" where it has none; NULL: its file is not there. */
static const char *find_path(const struct setup *setup, enum ca_path path)
{
    const struct trust_store *store = setup->trust.store;
    switch (path) {
    case CA_PATH_BUNDLE:
        return store->bundle;
    case CA_PATH_COMPANY:
        return PATH_CA_FILE;
    case CA_PATH_JAVA:
        return tree_exists(&setup->tree, store->java) > 0 ? store->java : NULL;
    case CA_PATH_NONE:
    case CA_PATHS:
        break;
    }
    return "";
}

/* 0, or a negative errno and an error. */
static int add_ca_variable(struct setup *setup, const struct ca_variable *variable,
    struct environment *environment, struct error *err)
{
    const char *name = environment_name(variable->id), *path = find_path(setup, variable->path);
    if (!path)
        return strings_printf(&setup->warnings,
                   "proxy.ca_variables: %s is not set: %s%s is not there: install a package of "
                   "Java's",
                   name, setup->tree.path, setup->trust.store->java) < 0
                   ? error_no_memory(err)
                   : 0;
    if (variable->caution &&
        strings_printf(&setup->warnings, "proxy.ca_variables: %s: %s", name, variable->caution) < 0)
        return error_no_memory(err);
    _cleanup_buffer_ struct buffer value = { 0 };
    if (buffer_printf(&value, "%s%s", variable->words ? variable->words : "", path) < 0)
        return error_no_memory(err);
    return environment_add(environment, variable->id, value.data, err);
}

int setup_add_ca_variables(struct setup *setup, struct environment *environment, struct error *err)
{
    int r = 0;
    for (size_t i = 0; r == 0 && setup->trust.has_any && i < ca_variables_count; i++)
        if (is_asked_for(setup, &ca_variables[i]))
            r = add_ca_variable(setup, &ca_variables[i], environment, err);
    return r;
}
