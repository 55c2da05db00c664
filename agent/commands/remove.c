/* SPDX-License-Identifier: MIT */
/* ec2-bootstrap remove: every file back to what it was before us. */

#include "cli/report_trust.h"
#include "cli/result.h"
#include "commands/commands.h"
#include "lib/json.h"
#include "lib/log.h"
#include "setup/undo.h"
#include "setup/units.h"

/* What the command gathers on its way. */
struct removal {
    const struct options *options;
    struct tree tree;
    struct output_results results;
    struct trust_outcome trust;
    struct strings warnings;
    struct strings stale; /* services that still run with the settings */
};

static void removal_free(struct removal *removal)
{
    strings_free(&removal->stale);
    output_results_free(&removal->results);
    trust_outcome_free(&removal->trust);
    strings_free(&removal->warnings);
    tree_close(&removal->tree);
}

#define _cleanup_removal_ _cleanup_(removal_free)

/* The CAs go after the variables that name their files. */
static int take_back_trust(struct removal *removal, int r, struct error *err)
{
    static const struct ca_file none;
    int trusted = trust_refresh(&removal->tree, &none, removal->options->dry_run, &removal->trust,
        &removal->warnings, r < 0 ? NULL : err);
    return r < 0 ? r : trusted;
}

static int take_back(struct removal *removal, struct error *err)
{
    const struct options *options = removal->options;
    int r = tree_open(options->setup.root ? options->setup.root : "/", &removal->tree, err);
    if (r < 0)
        return r;
    r = setup_undo(&removal->tree, UNDO_OUTPUTS, options->dry_run, &removal->results, err);
    r = take_back_trust(removal, r, err);
    if (options->dry_run)
        return r;
    int found = units_refresh(&removal->tree, &removal->results, &removal->stale);
    if (found == 0)
        found = units_find_untrusting(&removal->tree, &removal->trust, &removal->stale);
    return r == 0 && found < 0 ? error_no_memory(err) : r;
}

static int remove_append_json(
    const struct removal *removal, const struct error *failure, struct buffer *ret)
{
    const struct options *options = removal->options;
    _cleanup_json_ struct json *object = report_new(failure->status, failure, options->dry_run);
    bool ok = object &&
              report_add_outputs(object, &removal->tree, &removal->results, options->diff) &&
              report_add_trust(object, &removal->trust) &&
              report_add_strings(object, "restart", &removal->stale);
    return json_print(ok ? object : NULL, ret);
}

static int remove_append_result(
    const struct removal *removal, const struct error *failure, struct buffer *ret)
{
    if (removal->options->json)
        return remove_append_json(removal, failure, ret);
    return removal->options->diff ? report_diff(&removal->tree, &removal->results, ret) : 0;
}

/* The settings are not read: an instance whose settings are broken can be cleaned, too. */
static int command_remove(const struct options *options)
{
    struct error err = { 0 };
    _cleanup_buffer_ struct buffer text = { 0 };
    _cleanup_removal_ struct removal removal = { .options = options, .tree = { .fd = -1 } };
    int r = take_back(&removal, &err);
    log_warnings(&removal.results.leftovers);
    log_warnings(&removal.warnings);
    report_log_trust(&removal.tree, &removal.trust, options->dry_run);
    bool logged = report_log_results(&removal.tree, &removal.results, options->dry_run);
    if (r < 0 && !logged)
        log_error("%s", err.text);
    if (options->restart)
        units_restart(&removal.stale);
    else
        units_advise(&removal.stale);
    return result_finish(remove_append_result(&removal, &err, &text), &text, err.status);
}

const struct command remove_command = {
    .name = "remove",
    .bit = COMMAND_REMOVE,
    .summary = "takes out all that run wrote",
    .text =
        "Brings every file back to what it was before: bytes that others wrote come back, files\n"
        "and directories that run made go. The settings are not read and stay.\n",
    .run = command_remove,
};
