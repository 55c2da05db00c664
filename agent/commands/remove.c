/* ec2-bootstrap remove: every file back to what it was before us. */

#include "base/json.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/secret.h"
#include "commands/command.h"
#include "commands/print.h"
#include "commands/report.h"

enum { LOCK_WAIT_MS = 30000 };

static int take_back(
    const struct tree *tree, bool dry_run, struct output_results *results, struct error *err)
{
    static const struct proxy_values none;
    static const struct strings all;
    _cleanup_close_ int lock = -1;
    if (!dry_run) {
        lock = lock_take(tree, LOCK_WAIT_MS, err);
        if (lock < 0)
            return lock;
    }
    int r = outputs_apply(tree, &none, &all, dry_run, results, err);
    if (!dry_run && r == 0)
        lock_remove(tree);
    return r;
}

static bool add_all(struct json *object, const struct options *options, const struct tree *tree,
    const struct output_results *results, const struct error *failure)
{
    bool failed = failure->status != 0;
    return json_add_number(object, "status", failure->status) &&
           json_add_string(object, "error", failed ? failure->text : NULL) &&
           json_add_bool(object, "dry_run", options->dry_run) &&
           report_add_outputs(object, tree, results, options->diff);
}

static int print_result(const struct options *options, const struct tree *tree,
    const struct output_results *results, const struct error *failure, struct error *err)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    int r = 0;
    if (options->json) {
        _cleanup_json_ struct json *object = json_new_object();
        bool ok = add_all(object, options, tree, results, failure);
        _cleanup_secret_ char *json = ok ? json_print(object) : NULL;
        r = json ? buffer_printf(&text, "%s\n", json) : -1;
    } else if (options->diff)
        r = report_diff(tree, results, &text);
    return r < 0 ? error_memory(err) : print_text(&text, err);
}

/* The settings are not read: an instance whose settings are broken can be cleaned, too. */
int command_remove(const struct options *options)
{
    struct error err = { 0 }, print_error = { 0 };
    _cleanup_tree_ struct tree tree = { .fd = -1 };
    _cleanup_output_results_ struct output_results results = { 0 };
    int r = tree_open(options->root ? options->root : "/", &tree, &err);
    if (r == 0)
        r = take_back(&tree, options->dry_run, &results, &err);
    bool logged = report_log_results(&tree, &results, options->dry_run);
    if (r < 0 && !logged)
        log_error("%s", err.text);
    if (print_result(options, &tree, &results, &err, &print_error) < 0 && r == 0) {
        log_error("%s", print_error.text);
        return print_error.status;
    }
    return err.status;
}
