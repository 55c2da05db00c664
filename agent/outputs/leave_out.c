/* SPDX-License-Identifier: MIT */
/* A directory of another user is not ours: what he does there costs its own output, and no more. */

#include <errno.h>

#include "outputs/plan_internal.h"
#include "outputs/state.h"

static void leave_out(struct output_result *result)
{
    result->failure = 0;
    result->action = OUTPUT_LEFT_OUT;
    result->is_wanted = false;
    error_append(&result->error, "; %s is left out", result->output->name);
}

/* What this process lacks is none of his doing. */
static bool is_of_process(int failure)
{
    return failure == -ENOMEM || failure == -EMFILE || failure == -ENFILE;
}

void output_leave_out(const struct output_request *request, struct output_result *result)
{
    if (result->failure < 0 && !is_of_process(result->failure) && request->leaves_out &&
        tree_is_of_others(request->tree, result->file->path))
        leave_out(result);
}

/* Whether something of ours is where a path that is not safe leads: 1, 0, or a negative errno when
 * that cannot be seen. */
static int holds_ours(const struct tree *tree, const struct output_result *result)
{
    struct output_result seen = { .output = result->output, .file = result->file };
    _cleanup_content_ struct content without_us = { 0 };
    int r = state_read_backup(tree, result->file->path, &seen.backup_before);
    bool has_backup = seen.backup_before.exists;
    if (r == 0 && !has_backup)
        r = tree_read_searched(tree, result->file->path, OUTPUT_FILE_SIZE_MAX, &seen.before.bytes);
    if (r == 0 && !has_backup) {
        seen.before.exists = true;
        r = output_render_without_us(&seen, &without_us);
    }
    bool is_other = !without_us.exists || !buffer_equal(&seen.before.bytes, &without_us.bytes);
    output_forget(&seen);
    if (r < 0)
        return r == -ENOENT || r == -EINVAL ? 0 : r; /* nothing is there, or nothing with lines */
    return has_backup || is_other;
}

void output_leave_out_unread(const struct output_request *request, struct output_result *result)
{
    output_leave_out(request, result);
    if (result->failure != -ENOLINK)
        return;
    int r = holds_ours(request->tree, result);
    if (r == 0)
        leave_out(result);
    else if (r == -ENOMEM)
        output_note_failure(result, error_no_memory(&result->error));
    else
        error_append(&result->error, "; what ec2-bootstrap wrote there stays until then");
}

void output_leave_out_closed(const struct output_request *request, struct output_result *result)
{
    const char *path = result->file->path;
    if (result->failure < 0 || !request->leaves_out || !output_has_change(result) ||
        !tree_is_closed(request->tree, path))
        return;
    output_note_failure(
        result, output_refuse(request->tree, result->file, "written", -ENOLINK, &result->error));
    output_leave_out(request, result);
}
