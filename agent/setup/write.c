/* Planning and writing the outputs, the latter under the lock of the tree. */

#include "files/lock.h"
#include "lib/notify.h"
#include "outputs/writer.h"
#include "overrides/overrides.h"
#include "setup/setup.h"

static struct output_request request_of(const struct setup *setup)
{
    const struct settings_list *outputs = &setup->settings.outputs;
    return (struct output_request){
        .tree = &setup->tree,
        .environment = &setup->environment,
        .names = outputs->is_auto ? NULL : &outputs->names,
    };
}

int setup_plan(struct setup *setup, struct error *err)
{
    const struct output_request request = request_of(setup);
    int r = outputs_plan(&request, &setup->results, err);
    return r < 0 ? r : outputs_failure(&setup->results, err);
}

int setup_write(struct setup *setup, struct error *err)
{
    const struct output_request request = request_of(setup);
    notify_status("writing the proxy settings");
    _cleanup_close_ int lock = lock_take(&setup->tree, LOCK_WAIT_MS, err);
    if (lock < 0)
        return lock;
    int r = outputs_plan(&request, &setup->results, err);
    if (r == 0)
        r = outputs_write(&request, &setup->results, err);
    if (environment_is_empty(&setup->environment))
        lock_remove(&setup->tree);
    return r;
}

int setup_find_overrides(struct setup *setup)
{
    const struct output_request request = request_of(setup);
    int r = overrides_find(request.tree, request.environment, request.names, &setup->overrides);
    return r < 0 ? r : overrides_warn(&setup->overrides, &setup->warnings);
}
