/* SPDX-License-Identifier: MIT */
/* Planning and writing the outputs, the latter under the lock of the tree. */

#include <errno.h>
#include <string.h>

#include "files/lock.h"
#include "files/paths.h"
#include "instance/facts_file.h"
#include "instance/machine.h"
#include "lib/memory.h"
#include "lib/notify.h"
#include "outputs/displaced.h"
#include "outputs/exemptions.h"
#include "outputs/limits.h"
#include "outputs/logins.h"
#include "outputs/state.h"
#include "outputs/writer.h"
#include "overrides/overrides.h"
#include "setup/kept.h"
#include "setup/manager_environment.h"
#include "setup/setup.h"

/* What the files take behind the lock: a disk that is slow, programs that check them, systemd. */
enum { WRITE_MS_MAX = 60000 };

struct output_request setup_output_request(const struct setup *setup)
{
    const struct settings_list *outputs = &setup->settings.outputs;
    return (struct output_request){
        .tree = &setup->tree,
        .environment = &setup->environment,
        .names = outputs->is_auto ? NULL : &outputs->names,
        .leaves_out = true,
    };
}

/* What a person should know of the files, once they are planned. */
static int setup_warn(struct setup *setup, const struct output_request *request, struct error *err)
{
    return strings_append_all(&setup->warnings, &setup->results.leftovers) < 0 ||
                   exemptions_warn(request, &setup->warnings) < 0 ||
                   outputs_warn(request, &setup->results, &setup->warnings) < 0 ||
                   limits_warn(request, &setup->results, &setup->warnings) < 0 ||
                   logins_warn(request, &setup->results, &setup->warnings) < 0
               ? error_no_memory(err)
               : 0;
}

int setup_plan(struct setup *setup, struct error *err)
{
    const struct output_request request = setup_output_request(setup);
    int r = outputs_plan(&request, &setup->results, err);
    if (r == 0)
        r = setup_warn(setup, &request, err);
    return r < 0 ? r : outputs_failure(&setup->results, err);
}

/* For a boot on which the metadata service fails. That they cannot be kept is no failure of this
 * one. */
static int keep_facts(struct setup *setup, struct error *err)
{
    _cleanup_mem_ char *machine = NULL;
    if (setup->facts_source != FACTS_OF_IMDS)
        return 0;
    int r = machine_identify(&setup->tree, &machine);
    if (r == 0 && !machine)
        return 0;
    if (r == 0)
        r = state_note_directories(&setup->tree, PATH_FACTS);
    if (r == 0)
        r = facts_file_write(&setup->tree, machine, &setup->facts);
    if (r < 0 && r != -ENOMEM)
        r = strings_printf(&setup->warnings,
            "%s" PATH_FACTS ": cannot be written: %s: a boot without the metadata service "
            "will know less of the VPC",
            setup->tree.path, tree_reason(r));
    return r < 0 ? error_no_memory(err) : 0;
}

/* Writes what was planned, and what a later boot may need. */
static int write_planned(
    struct setup *setup, const struct output_request *request, struct error *err)
{
    int r = outputs_write(request, &setup->results, err);
    int kept = keep_facts(setup, r < 0 ? NULL : err);
    if (r < 0 || kept < 0)
        return r < 0 ? r : kept;
    return kept_store(setup) < 0 ? error_no_memory(err) : 0;
}

static int write_locked(struct setup *setup, struct error *err)
{
    const struct output_request request = setup_output_request(setup);
    if (environment_is_empty(&setup->environment))
        (void) facts_file_remove(&setup->tree);
    int r = outputs_sweep(&setup->tree, &setup->results, err);
    if (r == 0)
        r = outputs_plan(&request, &setup->results, err);
    if (r == 0)
        r = write_planned(setup, &request, err);
    int warned = setup_warn(setup, &request, r < 0 ? NULL : err);
    r = r < 0 ? r : warned;
    if (manager_refresh(&setup->tree) < 0 && r == 0)
        r = error_no_memory(err);
    if (environment_is_empty(&setup->environment))
        lock_remove(&setup->tree);
    return r;
}

int setup_write(struct setup *setup, struct error *err)
{
    notify_extend_timeout(LOCK_WAIT_MS + WRITE_MS_MAX);
    notify_status("writing the proxy settings");
    _cleanup_lock_ struct lock lock = { .fd = -1 };
    int r = lock_take(&setup->tree, LOCK_WAIT_MS, &lock, err);
    if (r < 0)
        return r;
    if (tree_hold_directories(&setup->tree) == -ENOMEM)
        return error_no_memory(err);
    r = write_locked(setup, err);
    tree_release_directories(&setup->tree);
    return r;
}

int setup_find_overrides(struct setup *setup)
{
    const struct output_request request = setup_output_request(setup);
    if (tree_hold_directories(&setup->tree) == -ENOMEM)
        return -ENOMEM;
    int r = overrides_find(request.tree, request.environment, request.names, &setup->overrides);
    tree_release_directories(&setup->tree);
    return r < 0 ? r : overrides_warn(&setup->overrides, &setup->warnings);
}
