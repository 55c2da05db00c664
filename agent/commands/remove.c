/* ec2-bootstrap remove: every file back to what it was before us. */

#include "base/json.h"
#include "base/log.h"
#include "base/secret.h"
#include "commands/command.h"
#include "commands/print.h"
#include "commands/removal.h"
#include "commands/report.h"
#include "commands/restart.h"

/* What one removal gathers on its way. */
struct removal {
    const struct options *options;
    struct tree tree;
    struct output_results results;
    struct strings restart; /* services that run with the values of before */
};

static void removal_free(struct removal *removal)
{
    strings_free(&removal->restart);
    output_results_free(&removal->results);
    tree_close(&removal->tree);
}

#define _cleanup_removal_ _cleanup_(removal_free)

static int take_back(struct removal *removal, struct error *err)
{
    const struct options *options = removal->options;
    int r = tree_open(options->root ? options->root : "/", &removal->tree, err);
    if (r < 0)
        return r;
    r = removal_do(&removal->tree, REMOVAL_OUTPUTS, options->dry_run, &removal->results, err);
    if (options->dry_run)
        return r;
    int found = restart_find(&removal->tree, &removal->results, &removal->restart);
    return r == 0 && found < 0 ? error_memory(err) : r;
}

static int print_json(
    const struct removal *removal, const struct error *failure, struct buffer *ret)
{
    const struct options *options = removal->options;
    _cleanup_json_ struct json *object = json_new_object();
    bool failed = failure->status != 0;
    bool ok = json_add_number(object, "status", failure->status) &&
              json_add_string(object, "error", failed ? failure->text : NULL) &&
              json_add_bool(object, "dry_run", options->dry_run) &&
              report_add_outputs(object, &removal->tree, &removal->results, options->diff) &&
              report_add_strings(object, "restart", &removal->restart);
    _cleanup_secret_ char *text = ok ? json_print(object) : NULL;
    return text ? buffer_printf(ret, "%s\n", text) : -1;
}

static int print_result(
    const struct removal *removal, const struct error *failure, struct error *err)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    int r = 0;
    if (removal->options->json)
        r = print_json(removal, failure, &text);
    else if (removal->options->diff)
        r = report_diff(&removal->tree, &removal->results, &text);
    return r < 0 ? error_memory(err) : print_text(&text, err);
}

/* The settings are not read: an instance whose settings are broken can be cleaned, too. */
int command_remove(const struct options *options)
{
    struct error err = { 0 }, print_error = { 0 };
    _cleanup_removal_ struct removal removal = { .options = options, .tree = { .fd = -1 } };
    int r = take_back(&removal, &err);
    bool logged = report_log_results(&removal.tree, &removal.results, options->dry_run);
    if (r < 0 && !logged)
        log_error("%s", err.text);
    restart_do(&removal.restart, options->restart);
    if (print_result(&removal, &err, &print_error) < 0 && r == 0) {
        log_error("%s", print_error.text);
        return print_error.status;
    }
    return err.status;
}
