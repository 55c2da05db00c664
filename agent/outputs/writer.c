/* First every file is read and rendered, then all are written: a file that two outputs name, by a
 * link, is one. */

#include "outputs/writer.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "files/atomic.h"
#include "files/paths.h"
#include "files/program.h"
#include "formats/block.h"
#include "formats/whole_file.h"
#include "lib/array.h"
#include "lib/memory.h"
#include "outputs/state.h"
#include "outputs/table.h"

enum { FILE_SIZE_MAX = 64 * 1024 * 1024, WRITE_TRIES = 10 };

const char *output_action_name(enum output_action action)
{
    static const char *const names[] = {
        [OUTPUT_UNCHANGED] = "unchanged",
        [OUTPUT_CREATED] = "created",
        [OUTPUT_CHANGED] = "changed",
        [OUTPUT_REMOVED] = "removed",
        [OUTPUT_CHECKED] = "checked",
        [OUTPUT_FAILED] = "failed",
    };
    return names[action];
}

bool output_has_change(const struct output_result *result)
{
    return result->action == OUTPUT_CREATED || result->action == OUTPUT_CHANGED ||
           result->action == OUTPUT_REMOVED;
}

int outputs_names(struct strings *ret)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < outputs_count; i++)
        r = strings_append(ret, outputs_table[i]->name);
    return r;
}

bool outputs_can_hold(const struct proxy_values *values)
{
    struct proxy_variable variables[PROXY_VARIABLES_MAX];
    size_t count = proxy_values_list(values, variables);
    for (size_t i = 0; i < count; i++)
        for (const char *p = variables[i].value; *p; p++)
            if (!isalnum((unsigned char) *p) && !strchr("._~:/@%,*[]-", *p))
                return false;
    return true;
}

static int writer_refuse(const struct tree *tree, const struct output_file *file, const char *what,
    int negative_errno, struct error *err)
{
    bool is_special = negative_errno == -EINVAL || negative_errno == -ENXIO;
    return error_set(err, error_file_status(negative_errno), negative_errno,
        "%s%s: cannot be %s: %s", tree->path, file->path, what,
        is_special                  ? "it is not a regular file"
        : negative_errno == -ESTALE ? "another program changes it all the time"
                                    : strerror(-negative_errno));
}

/* Names the file in an error that the output has set. */
static int refuse_content(
    const struct tree *tree, const struct output_file *file, int r, struct error *err)
{
    if (r == -ENOMEM)
        return error_no_memory(err);
    error_prefix(err, "%s%s: ", tree->path, file->path);
    return r;
}

static int writer_read_file(
    const struct tree *tree, struct output_result *result, struct error *err)
{
    const struct output_file *file = result->file;
    result->seen = (struct stat){ 0 };
    int r = tree_read(tree, file->path, FILE_SIZE_MAX, &result->before.bytes, &result->seen);
    result->before.exists = r == 0;
    if (r == 0 || r == -ENOENT)
        r = state_read_backup(tree, file->path, &result->kept_before);
    return r < 0 ? writer_refuse(tree, file, "read", r, err) : 0;
}

/* Whether the consumer of a file is on this machine: 1, 0, or a negative errno. */
static int is_there(const struct tree *tree, const struct output_file *file)
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

static bool is_written(const struct output_file *file)
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

static enum output_action action_of(const struct content *before, const struct content *after)
{
    if (!after->exists)
        return before->exists ? OUTPUT_REMOVED : OUTPUT_UNCHANGED;
    if (!before->exists)
        return OUTPUT_CREATED;
    return buffer_equal(&before->bytes, &after->bytes) ? OUTPUT_UNCHANGED : OUTPUT_CHANGED;
}

/* Asks the consumer's own program about a file that would be written. One that does not even like
 * nothing, for the want of /etc/passwd, say, has no opinion. */
static int check_syntax(
    const struct tree *tree, const struct output_result *result, struct error *err)
{
    static const struct buffer nothing;
    const char *const *checker = result->file->checker;
    if (!checker || !result->is_wanted || !output_has_change(result))
        return 0;
    int r = program_accepts(checker, &result->after.bytes);
    if (r != -EBADMSG || program_accepts(checker, &nothing) < 0)
        return 0;
    return error_set(err, EX_IOERR, r, "%s%s: not written, as %s refuses it", tree->path,
        result->file->path, checker[0]);
}

/* What the file shall hold; a file that its consumer would not read as it is meant is not written
 * at all. */
static int plan(const struct tree *tree, const struct proxy_values *values,
    struct output_result *result, struct error *err)
{
    static const struct proxy_values none;
    const struct output_file *file = result->file;
    const struct edit edit = {
        .values = result->is_wanted ? values : &none,
        .old = &result->before,
        .kept = &result->kept_before,
        .ret = &result->after,
        .ret_kept = &result->kept_after,
    };
    int r = render(file, &edit, err);
    if (r == 0 && result->is_wanted && result->after.exists)
        r = file->verify(values, &result->after, err);
    if (r < 0)
        return refuse_content(tree, file, r, err);
    result->action = action_of(&result->before, &result->after);
    return check_syntax(tree, result, err);
}

static int write_file(const struct tree *tree, const struct output_result *result)
{
    const char *path = result->file->path;
    if (!output_has_change(result))
        return 0;
    if (result->action == OUTPUT_REMOVED)
        return atomic_remove(tree, path, &result->seen);
    int r = result->action == OUTPUT_CREATED ? state_note_directories(tree, path) : 0;
    return r < 0
               ? r
               : atomic_write(tree, path, &result->after.bytes, result->file->mode, &result->seen);
}

/* What is put aside is safe before the file changes, and forgotten after that. */
static int write_both(
    const struct tree *tree, const struct output_result *result, struct error *err)
{
    const char *path = result->file->path;
    bool keeps = result->kept_after.exists, is_new = keeps && !result->kept_before.exists;
    int r = 0;
    if (is_new || (keeps && !buffer_equal(&result->kept_before.bytes, &result->kept_after.bytes)))
        r = state_write_backup(tree, path, &result->kept_after);
    if (r == 0)
        r = write_file(tree, result);
    if (r == 0 && !keeps && result->kept_before.exists)
        r = state_write_backup(tree, path, &result->kept_after);
    return r < 0 ? writer_refuse(tree, result->file, "written", r, err) : 0;
}

static void result_free(struct output_result *result)
{
    content_free(&result->before);
    content_free(&result->after);
    content_free(&result->kept_before);
    content_free(&result->kept_after);
}

/* Somebody may change the file between our reading and our writing: then it is rendered again from
 * what he wrote. */
static int write_result(const struct tree *tree, const struct proxy_values *values,
    struct output_result *result, struct error *err)
{
    for (int tries = 1;; tries++) {
        int r = write_both(tree, result, err);
        if (r != -ESTALE || tries == WRITE_TRIES)
            return r;
        result_free(result);
        r = writer_read_file(tree, result, err);
        if (r == 0)
            r = plan(tree, values, result, err);
        if (r < 0)
            return r;
    }
}

/* Reads the file back as its consumer will. */
static int read_back(const struct tree *tree, const struct proxy_values *values,
    const struct output_result *result, struct error *err)
{
    const struct output_file *file = result->file;
    _cleanup_content_ struct content written = { 0 };
    if (!result->is_wanted || (is_written(file) && !result->after.exists))
        return 0;
    int r = tree_read(tree, file->path, FILE_SIZE_MAX, &written.bytes, NULL);
    if (r == -ENOENT && !is_written(file))
        return error_set(err, EX_IOERR, r, "%s%s: is not there, and %s reads no other file",
            tree->path, file->path, result->output->name);
    if (r < 0)
        return writer_refuse(tree, file, "read back", r, err);
    written.exists = true;
    r = file->verify(values, &written, err);
    return r < 0 ? refuse_content(tree, file, r, err) : 0;
}

/* Whether an earlier result is about the same file. */
static bool is_double(const struct output_results *results, const struct output_result *result)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct output_result *earlier = &results->items[i];
        if (result->before.exists && is_written(result->file) && earlier->before.exists &&
            earlier->seen.st_dev == result->seen.st_dev &&
            earlier->seen.st_ino == result->seen.st_ino)
            return true;
    }
    return false;
}

static void note_failure(struct output_result *result, int r)
{
    result->failure = r;
    if (r < 0)
        result->action = OUTPUT_FAILED;
}

void output_results_free(struct output_results *results)
{
    for (size_t i = 0; i < results->count; i++)
        result_free(&results->items[i]);
    mem_free(results->items);
    *results = (struct output_results){ 0 };
}

struct selection {
    const struct tree *tree;
    const struct proxy_values *values;
    const struct strings *names; /* NULL: those whose consumer is there */
};

/* Whether the file is to have our settings: the consumer is chosen, or there. 1, 0, or a negative
 * errno. */
static int is_selected(const struct selection *selection, const struct output *output,
    const struct output_result *result)
{
    if (result->file->only_if_there && !result->before.exists && result->failure == 0)
        return 0;
    return selection->names ? strings_contains(selection->names, output->name)
                            : is_there(selection->tree, result->file);
}

/* Whether a file that cannot be read may be ours all the same. */
static bool can_be_ours(int failure)
{
    static const int others[] = { EACCES, EPERM, EISDIR, EINVAL, ENXIO, ENOTDIR, ELOOP, EFBIG };
    for (size_t i = 0; i < ELEMENTSOF(others); i++)
        if (failure == -others[i])
            return false;
    return true;
}

/* What cannot be read, and is not to be written, is none of our business, unless all of ours has to
 * go. */
static bool is_of_interest(const struct output_result *result, bool selected, bool any)
{
    if (selected && is_written(result->file))
        return true;
    if (result->failure < 0)
        return !any && can_be_ours(result->failure);
    return result->action != OUTPUT_UNCHANGED || result->kept_before.exists;
}

/* Reads and renders one file, and puts it into the results when it is of interest. */
static void add_file(const struct selection *selection, const struct output *output,
    const struct output_file *file, struct output_results *ret)
{
    const struct tree *tree = selection->tree;
    struct output_result result = { .output = output, .file = file };
    if (is_written(file))
        note_failure(&result, writer_read_file(tree, &result, &result.error));
    int selected = is_selected(selection, output, &result);
    bool any = proxy_values_any(selection->values);
    if (selected < 0 && any && result.failure == 0)
        note_failure(&result, error_set(&result.error, error_file_status(selected), selected,
                                  "%s%s: whether anything here reads it cannot be seen: %s",
                                  tree->path, file->path, strerror(-selected)));
    result.is_wanted = selected > 0 && any;
    if (!is_written(file))
        result.action = result.is_wanted ? OUTPUT_CHECKED : OUTPUT_UNCHANGED;
    else if (result.failure == 0)
        note_failure(&result, plan(tree, selection->values, &result, &result.error));
    if (is_of_interest(&result, selected != 0, any) && !is_double(ret, &result))
        ret->items[ret->count++] = result;
    else
        result_free(&result);
}

static int plan_all(const struct selection *selection, struct output_results *ret)
{
    size_t most = outputs_count * ELEMENTSOF(outputs_table[0]->files);
    ret->items = mem_calloc(most, sizeof(*ret->items));
    if (!ret->items)
        return -ENOMEM;
    for (size_t i = 0; i < outputs_count; i++)
        for (const struct output_file *file = outputs_table[i]->files; file->path; file++)
            add_file(selection, outputs_table[i], file, ret);
    return 0;
}

/* Removes what killed runs left, also of outputs that nobody wants any more. */
static void sweep_all(const struct tree *tree)
{
    for (size_t i = 0; i < outputs_count; i++)
        for (const struct output_file *file = outputs_table[i]->files; file->path; file++) {
            atomic_remove_leftover(tree, file->path);
            state_remove_leftover(tree, file->path);
        }
}

static void writer_write_all(
    const struct tree *tree, const struct proxy_values *values, struct output_results *results)
{
    for (size_t i = 0; i < results->count; i++) {
        struct output_result *result = &results->items[i];
        if (result->failure == 0)
            note_failure(result, write_result(tree, values, result, &result->error));
    }
    for (size_t i = 0; i < results->count; i++) {
        struct output_result *result = &results->items[i];
        if (result->failure == 0)
            note_failure(result, read_back(tree, values, result, &result->error));
    }
}

int outputs_apply(const struct tree *tree, const struct proxy_values *values,
    const struct strings *names, bool dry_run, struct output_results *ret, struct error *err)
{
    const struct selection selection = { tree, values, names };
    int r = plan_all(&selection, ret);
    if (r < 0)
        return error_no_memory(err);
    if (!dry_run) {
        sweep_all(tree);
        writer_write_all(tree, values, ret);
        r = state_cleanup(tree);
    }
    for (size_t i = 0; i < ret->count; i++)
        if (ret->items[i].failure < 0) {
            *err = ret->items[i].error;
            return ret->items[i].failure;
        }
    return r < 0 ? error_set(err, EX_IOERR, r, "%s" PATH_STATE ": %s", tree->path, strerror(-r))
                 : 0;
}
