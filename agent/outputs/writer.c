/* SPDX-License-Identifier: MIT */
/* A backup is safe before the file changes, and what was written is read back. */

#include "outputs/writer.h"

#include <errno.h>
#include <string.h>

#include "files/atomic.h"
#include "files/leftover.h"
#include "files/paths.h"
#include "outputs/hooks.h"
#include "outputs/plan_internal.h"
#include "outputs/state.h"
#include "outputs/table.h"

enum { WRITE_TRIES = 10 };

static int write_file(const struct tree *tree, const struct output_result *result)
{
    const char *path = result->file->path;
    if (!output_has_change(result))
        return 0;
    int r = hooks_mark(tree, result->output);
    if (r < 0)
        return r;
    if (result->action == OUTPUT_REMOVED)
        return atomic_remove(tree, path, &result->read_stat);
    r = result->action == OUTPUT_CREATED ? state_note_directories(tree, path) : 0;
    if (r < 0)
        return r;
    return atomic_write(tree, path, &result->after.bytes, result->file->mode, &result->read_stat);
}

/* The backup is written before the file, and removed after it. */
static int write_both(const struct tree *tree, struct output_result *result, struct error *err)
{
    const char *path = result->file->path;
    const struct content *before = &result->backup_before, *after = &result->backup_after;
    bool is_new = after->exists && !before->exists;
    int r = 0;
    if (is_new || (after->exists && !buffer_equal(&before->bytes, &after->bytes)))
        r = state_write_backup(tree, path, after);
    if (r == 0) {
        r = write_file(tree, result);
        result->is_replaced |= r == 0 && output_has_change(result);
    }
    if (r == 0 && !after->exists && before->exists)
        r = state_write_backup(tree, path, after);
    return r < 0 ? output_refuse(tree, result->file, "written", r, err) : 0;
}

/* Another program may change the file between our reading and our writing: then it is planned again
 * from its new content. */
static int write_result(
    const struct output_request *request, struct output_result *result, struct error *err)
{
    for (int tries = 1;; tries++) {
        int r = write_both(request->tree, result, err);
        if (r != -ESTALE || tries == WRITE_TRIES)
            return r;
        output_forget(result);
        r = output_read(request->tree, result, err);
        if (r == 0)
            r = output_plan(request, result, err);
        if (r < 0)
            return r;
    }
}

/* Reads the file back as its consumer will. */
static int read_back(
    const struct output_request *request, const struct output_result *result, struct error *err)
{
    const struct tree *tree = request->tree;
    const struct output_file *file = result->file;
    _cleanup_content_ struct content written = { 0 };
    if (!result->is_wanted || (output_is_written(file) && !result->after.exists))
        return 0;
    int r = tree_read(tree, file->path, OUTPUT_FILE_SIZE_MAX, &written.bytes, NULL);
    if (r == -ENOENT && !output_is_written(file))
        return error_set(err, EX_IOERR, r,
            "%s%s: is not there, and %s reads no other file: put \"environment\" into outputs, too",
            tree->path, file->path, result->output->name);
    if (r < 0)
        return output_refuse(tree, file, "read back", r, err);
    written.exists = true;
    r = file->verify(request->environment, &written, err);
    return r < 0 ? output_refuse_content(tree, file, r, err) : 0;
}

int outputs_sweep(const struct tree *tree, struct output_results *results, struct error *err)
{
    int r = 0;
    for (size_t i = 0; i < outputs_count; i++)
        for (const struct output_file *file = outputs_table[i]->files; r == 0 && file->path;
             file++) {
            r = leftover_sweep(tree, file->path, &results->leftovers);
            if (r == 0)
                r = state_sweep(tree, file->path, &results->leftovers);
        }
    return r < 0 ? error_no_memory(err) : 0;
}

int outputs_write(
    const struct output_request *request, struct output_results *results, struct error *err)
{
    const struct tree *tree = request->tree;
    for (size_t i = 0; i < results->count; i++) {
        struct output_result *result = &results->items[i];
        if (result->failure == 0 && result->action != OUTPUT_LEFT_OUT)
            output_note_failure(result, write_result(request, result, &result->error));
        output_leave_out(request, result);
    }
    for (size_t i = 0; i < results->count; i++) {
        struct output_result *result = &results->items[i];
        if (result->failure == 0)
            output_note_failure(result, read_back(request, result, &result->error));
        output_leave_out(request, result);
    }
    hooks_run(tree, results);
    int cleaned = state_cleanup(tree);
    int r = outputs_failure(results, err);
    if (r < 0)
        return r;
    return cleaned < 0 ? error_set(err, error_file_status(cleaned), cleaned, "%s" PATH_STATE ": %s",
                             tree->path, tree_reason(cleaned))
                       : 0;
}
