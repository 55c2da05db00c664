/* A directory of another user is not ours: what he does there costs its own output, and no more. */

#include <errno.h>

#include "outputs/plan_internal.h"

static void leave_out(struct output_result *result)
{
    result->failure = 0;
    result->action = OUTPUT_LEFT_OUT;
    result->is_wanted = false;
    error_append(&result->error, "; %s is left out", result->output->name);
}

void output_leave_out(const struct output_request *request, struct output_result *result)
{
    if (result->failure < 0 && result->failure != -ENOMEM && request->leaves_out &&
        tree_is_of_others(request->tree, result->file->path))
        leave_out(result);
}

void output_leave_out_unread(const struct output_request *request, struct output_result *result)
{
    output_leave_out(request, result);
    if (result->failure == -ENOLINK)
        leave_out(result);
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
