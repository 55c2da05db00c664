/* SPDX-License-Identifier: MIT */
/* First every file is read and rendered, then all are written: a file that two outputs name, by a
 * link, is one. */

#include "outputs/plan.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "files/program.h"
#include "formats/block.h"
#include "formats/whole_file.h"
#include "lib/array.h"
#include "lib/memory.h"
#include "lib/redact.h"
#include "lib/suggest.h"
#include "outputs/exemptions.h"
#include "outputs/limits.h"
#include "outputs/plan_internal.h"
#include "outputs/remedy.h"
#include "outputs/state.h"
#include "outputs/table.h"

const char *output_action_name(enum output_action action)
{
    static const char *const names[] = {
        [OUTPUT_UNCHANGED] = "unchanged",
        [OUTPUT_CREATED] = "created",
        [OUTPUT_CHANGED] = "changed",
        [OUTPUT_REMOVED] = "removed",
        [OUTPUT_CHECKED] = "checked",
        [OUTPUT_MASKED] = "masked",
        [OUTPUT_LEFT_OUT] = "left-out",
        [OUTPUT_FAILED] = "failed",
    };
    return names[action];
}

bool output_has_change(const struct output_result *result)
{
    return result->action == OUTPUT_CREATED || result->action == OUTPUT_CHANGED ||
           result->action == OUTPUT_REMOVED;
}

static bool is_output(const char *name)
{
    for (size_t i = 0; i < outputs_count; i++)
        if (strcmp(outputs_table[i]->name, name) == 0)
            return true;
    return false;
}

static int refuse_name(const char *name, struct error *err)
{
    _cleanup_strings_ struct strings names = { 0 };
    for (size_t i = 0; i < outputs_count; i++)
        if (strings_append(&names, outputs_table[i]->name) < 0)
            return error_no_memory(err);
    const char *near = suggest_word(name, (const char *const *) names.items, names.count);
    char shown[REDACTED_MAX];
    (void) error_set(
        err, EX_CONFIG, -EINVAL, "there is no output \"%s\"", redact_name_to(name, shown));
    suggest_append(err, "\"", near, "\"");
    _cleanup_mem_ char *all = strings_join(&names, ", ");
    if (!all)
        return error_no_memory(err);
    error_append(err, " (there are %s)", all);
    return -EINVAL;
}

int outputs_check_name(const char *name, struct error *err)
{
    return is_output(name) ? 0 : refuse_name(name, err);
}

int output_refuse(const struct tree *tree, const struct output_file *file, const char *what,
    int negative_errno, struct error *err)
{
    bool is_special = negative_errno == -EINVAL || negative_errno == -ENXIO;
    int status = negative_errno == -ENOLINK ? EX_NOPERM : error_file_status(negative_errno);
    (void) error_set(err, status, negative_errno, "%s%s: cannot be %s: %s", tree->path, file->path,
        what,
        is_special                  ? "it is not a regular file: move it away"
        : negative_errno == -ESTALE ? "another program keeps changing it: run it again"
                                    : tree_reason(negative_errno));
    remedy_append(tree, file->path, negative_errno, err);
    return negative_errno;
}

int output_refuse_content(
    const struct tree *tree, const struct output_file *file, int r, struct error *err)
{
    if (r == -ENOMEM)
        return error_no_memory(err);
    error_prefix(err, "%s%s: ", tree->path, file->path);
    error_append(err, ": it is left as it is; mend it and run again");
    return r;
}

static int output_refuse_limits(
    const struct tree *tree, const struct output_file *file, int r, struct error *err)
{
    if (r == -ENOMEM)
        return error_no_memory(err);
    error_prefix(err, "%s%s: not written: ", tree->path, file->path);
    return r;
}

int output_read(const struct tree *tree, struct output_result *result, struct error *err)
{
    const struct output_file *file = result->file;
    result->read_stat = (struct stat){ 0 };
    int r = tree_read(
        tree, file->path, OUTPUT_FILE_SIZE_MAX, &result->before.bytes, &result->read_stat);
    result->before.exists = r == 0;
    if (r == 0 || r == -ENOENT)
        r = state_read_backup(tree, file->path, &result->backup_before);
    return r < 0 ? output_refuse(tree, file, "read", r, err) : 0;
}

int output_has_consumer(const struct tree *tree, const struct output_file *file)
{
    if (!file->consumers)
        return 1;
    for (const char *const *path = file->consumers; *path; path++) {
        int r = tree_exists(tree, *path);
        if (r != 0)
            return r;
    }
    return 0;
}

bool output_is_written(const struct output_file *file)
{
    return file->body || file->block || file->render;
}

static int render(const struct output_file *file, const struct edit *edit, struct error *err)
{
    if (file->body)
        return whole_file_render(file->body, edit);
    if (file->block)
        return block_render(file->block, edit);
    return file->render(edit, err);
}

int output_render_without_us(const struct output_result *result, struct content *ret)
{
    static const struct environment none;
    _cleanup_content_ struct content backup = { 0 };
    const struct edit edit = {
        .environment = &none,
        .old = &result->before,
        .backup = &result->backup_before,
        .ret = ret,
        .ret_backup = &backup,
    };
    return render(result->file, &edit, NULL);
}

static enum output_action action_of(const struct content *before, const struct content *after)
{
    if (!after->exists)
        return before->exists ? OUTPUT_REMOVED : OUTPUT_UNCHANGED;
    if (!before->exists)
        return OUTPUT_CREATED;
    return buffer_equal(&before->bytes, &after->bytes) ? OUTPUT_UNCHANGED : OUTPUT_CHANGED;
}

/* Whether a program's answer, or that it has none, is no reason against a file. */
static bool is_no_objection(int accepts)
{
    return accepts == 0 || accepts == -ENOENT || accepts == -ECANCELED || accepts == -ETIMEDOUT;
}

/* Asks the consumer's own program about a file that would be written. A program that refuses even
 * an empty file (visudo without /etc/passwd, say) cannot judge ours. */
static int check_syntax(
    const struct tree *tree, const struct output_result *result, struct error *err)
{
    static const struct buffer empty;
    const char *const *checker = result->file->checker;
    if (!checker || !result->is_wanted || !output_has_change(result))
        return 0;
    int r = program_accepts(checker, &result->after.bytes);
    int empty_accepted = r == -EBADMSG ? program_accepts(checker, &empty) : r;
    if (is_no_objection(r) || empty_accepted == -EBADMSG)
        return 0;
    if (!is_no_objection(empty_accepted))
        return error_set(err, error_file_status(empty_accepted), empty_accepted,
            "%s%s: not written, as %s cannot be asked about it: %s", tree->path, result->file->path,
            checker[0], strerror(-empty_accepted));
    return error_set(err, EX_IOERR, r,
        "%s%s: not written, as %s refuses it: run it by hand, it says why", tree->path,
        result->file->path, checker[0]);
}

int output_plan(
    const struct output_request *request, struct output_result *result, struct error *err)
{
    static const struct environment none;
    const struct tree *tree = request->tree;
    const struct output_file *file = result->file;
    const struct edit edit = {
        .environment = result->is_wanted ? request->environment : &none,
        .old = &result->before,
        .backup = &result->backup_before,
        .ret = &result->after,
        .ret_backup = &result->backup_after,
    };
    int r = render(file, &edit, err);
    if (r == 0 && result->is_wanted && result->after.exists)
        r = file->verify(request->environment, &result->after, err);
    if (r < 0)
        return output_refuse_content(tree, file, r, err);
    result->action = action_of(&result->before, &result->after);
    r = limits_check(edit.environment, result, err);
    return r < 0 ? output_refuse_limits(tree, file, r, err) : check_syntax(tree, result, err);
}

void output_forget(struct output_result *result)
{
    content_free(&result->before);
    content_free(&result->after);
    content_free(&result->backup_before);
    content_free(&result->backup_after);
}

void output_note_failure(struct output_result *result, int r)
{
    result->failure = r;
    if (r < 0)
        result->action = OUTPUT_FAILED;
}

/* Whether an earlier result is about the same file. */
static bool is_double(const struct output_results *results, const struct output_result *result)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct output_result *earlier = &results->items[i];
        if (result->before.exists && output_is_written(result->file) && earlier->before.exists &&
            earlier->read_stat.st_dev == result->read_stat.st_dev &&
            earlier->read_stat.st_ino == result->read_stat.st_ino)
            return true;
    }
    return false;
}

/* Whether the output is chosen, or the consumer of the file is there. 1, 0, or a negative errno. */
static int is_selected(const struct output_request *request, const struct output_result *result)
{
    int left_out = exemptions_leave_out(request, result->output);
    if (left_out != 0)
        return left_out < 0 ? left_out : 0;
    if (result->file->only_if_there && !result->before.exists && result->failure == 0)
        return 0;
    return request->names ? strings_contains(request->names, result->output->name)
                          : output_has_consumer(request->tree, result->file);
}

/* Whether a file that cannot be read may still be ours. */
static bool can_be_ours(int failure)
{
    static const int others[] = { EISDIR, EINVAL, ENXIO, ENOTDIR, ELOOP, EFBIG };
    for (size_t i = 0; i < ELEMENTSOF(others); i++)
        if (failure == -others[i])
            return false;
    return true;
}

/* A file that cannot be read, and is not to be written, counts only where all of ours has to go;
 * one that is not there, and stays so beside others, does not. */
static bool is_of_interest(const struct output_result *result, bool selected, bool any)
{
    if (result->action == OUTPUT_MASKED)
        return selected && any && !result->file->only_if_there;
    if (result->action == OUTPUT_LEFT_OUT)
        return selected || !any;
    bool is_there = result->before.exists || result->after.exists || result->failure < 0;
    if (selected && output_is_written(result->file) && (is_there || !any))
        return true;
    if (result->failure < 0)
        return !any && can_be_ours(result->failure);
    return result->action != OUTPUT_UNCHANGED || result->backup_before.exists;
}

/* Whether a file of which nothing can be read is masked, or its directory is. It is not written
 * then, and there is nothing of ours in it to take out. 1, 0 or a negative errno. */
static int is_masked(const struct tree *tree, const struct output_result *result, bool is_wanted)
{
    const char *path = result->file->path;
    char directory[PATH_MAX];
    bool can_be = result->failure == -EINVAL || result->failure == -ENOTDIR ||
                  (result->failure == 0 && is_wanted);
    if (!output_is_written(result->file) || result->before.exists || !can_be)
        return 0;
    (void) snprintf(directory, sizeof(directory), "%.*s", (int) (strrchr(path, '/') - path), path);
    int r = tree_is_masked(tree, path);
    return r != 0 ? r : tree_is_masked(tree, directory);
}

/* What is to be done with a file that is masked, that is read only, or that is written. */
static void plan_decide(const struct output_request *request, struct output_result *result)
{
    const struct output_file *file = result->file;
    int masked = is_masked(request->tree, result, result->is_wanted);
    if (masked < 0)
        output_note_failure(
            result, output_refuse(request->tree, file, "read", masked, &result->error));
    else if (masked > 0) {
        output_note_failure(result, 0);
        result->action = OUTPUT_MASKED;
        result->is_wanted = false;
    } else if (!output_is_written(file))
        result->action = result->is_wanted ? OUTPUT_CHECKED : OUTPUT_UNCHANGED;
    else if (result->failure == 0 && result->action != OUTPUT_LEFT_OUT) {
        output_note_failure(result, output_plan(request, result, &result->error));
        output_leave_out_closed(request, result);
        output_leave_out(request, result);
    }
}

static void note_unseen(const struct tree *tree, struct output_result *result, int r)
{
    if (result->failure == 0)
        output_note_failure(result, error_set(&result->error, error_file_status(r), r,
                                        "%s%s: whether its consumer is here cannot be seen: %s",
                                        tree->path, result->file->path, tree_reason(r)));
}

/* Reads and plans one file, and puts it into the results when it is of interest. */
static void add_file(const struct output_request *request, const struct output *output,
    const struct output_file *file, struct output_results *ret)
{
    const struct tree *tree = request->tree;
    struct output_result result = { .output = output, .file = file };
    if (output_is_written(file))
        output_note_failure(&result, output_read(tree, &result, &result.error));
    int selected = is_selected(request, &result);
    bool any = !environment_is_empty(request->environment);
    if (selected < 0 && any)
        note_unseen(tree, &result, selected);
    result.is_wanted =
        selected > 0 && any && (!file->only_proxy || environment_proxy(request->environment));
    output_leave_out_unread(request, &result);
    plan_decide(request, &result);
    /* What of ours is there goes in any case; what else there is to show is not known. */
    if (selected < 0 && result.action == OUTPUT_UNCHANGED)
        note_unseen(tree, &result, selected);
    if (is_of_interest(&result, selected != 0, any) && !is_double(ret, &result))
        ret->items[ret->count++] = result;
    else
        output_forget(&result);
}

int outputs_plan(
    const struct output_request *request, struct output_results *ret, struct error *err)
{
    size_t most = outputs_count * ELEMENTSOF(outputs_table[0]->files);
    ret->items = mem_calloc(most, sizeof(*ret->items));
    ret->hooks = mem_calloc(outputs_count, sizeof(*ret->hooks));
    if (!ret->items || !ret->hooks)
        return error_no_memory(err);
    for (size_t i = 0; i < outputs_count; i++)
        for (const struct output_file *file = outputs_table[i]->files; file->path; file++)
            add_file(request, outputs_table[i], file, ret);
    return 0;
}

int outputs_failure(const struct output_results *results, struct error *err)
{
    for (size_t i = 0; i < results->count; i++)
        if (results->items[i].failure < 0) {
            *err = results->items[i].error;
            return results->items[i].failure;
        }
    for (size_t i = 0; i < results->hook_count; i++)
        if (results->hooks[i].failure < 0) {
            *err = results->hooks[i].error;
            return results->hooks[i].failure;
        }
    return 0;
}

void output_results_free(struct output_results *results)
{
    for (size_t i = 0; i < results->count; i++)
        output_forget(&results->items[i]);
    mem_free(results->items);
    mem_free(results->hooks);
    strings_free(&results->leftovers);
    *results = (struct output_results){ 0 };
}
