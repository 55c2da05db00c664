/* SPDX-License-Identifier: MIT */
/* A hook is due as long as its mark is there, so that no crash and no failure loses it. */

#include "outputs/hooks.h"

#include <errno.h>
#include <string.h>

#include "files/paths.h"
#include "files/program.h"
#include "outputs/state.h"
#include "outputs/table.h"

int hooks_mark(const struct tree *tree, const struct output *output)
{
    return output->hook.command ? state_mark_hook(tree, output->name) : 0;
}

static int run_hook(const struct output *output, struct error *err)
{
    const struct output_hook *hook = &output->hook;
    int r = program_must(hook->command, NULL, hook->timeout_s, "the next run tries again", err);
    if (r < 0)
        error_prefix(err, "%s: ", output->name);
    return r;
}

static int run_if_due(
    const struct tree *tree, const struct output *output, bool *ret_ran, struct error *err)
{
    int due = state_has_hook(tree, output->name);
    if (due <= 0)
        return due;
    *ret_ran = true;
    int r = run_hook(output, err);
    return r < 0 ? r : state_clear_hook(tree, output->name);
}

void hooks_run(const struct tree *tree, struct output_results *results)
{
    if (*tree->path)
        return;
    for (size_t i = 0; i < outputs_count; i++) {
        const struct output *output = outputs_table[i];
        struct output_hook_result result = { .output = output };
        bool ran = false;
        if (!output->hook.command)
            continue;
        result.failure = run_if_due(tree, output, &ran, &result.error);
        if (result.failure < 0 && result.error.status == 0)
            (void) error_set(&result.error, error_file_status(result.failure), result.failure,
                "%s: the mark of its hook in " PATH_STATE ": %s", output->name,
                tree_reason(result.failure));
        if (ran || result.failure < 0)
            results->hooks[results->hook_count++] = result;
    }
}
