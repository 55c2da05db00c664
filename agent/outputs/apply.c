/* Read, render, compare, write, read back. */

#include "outputs/apply.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/atomic.h"
#include "base/secret.h"

enum { FILE_SIZE_MAX = 64 * 1024 * 1024 };

const char *output_action_name(enum output_action action)
{
    static const char *const names[] = {
        [OUTPUT_UNCHANGED] = "unchanged",
        [OUTPUT_CREATED] = "created",
        [OUTPUT_CHANGED] = "changed",
        [OUTPUT_REMOVED] = "removed",
        [OUTPUT_FAILED] = "failed",
    };
    return names[action];
}

int outputs_names(struct strings *ret)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < outputs_count; i++)
        r = strings_append(ret, outputs_table[i].name);
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

static int refuse(const struct tree *tree, const struct output *output, const char *what,
    int negative_errno, struct error *err)
{
    int status = negative_errno == -EACCES || negative_errno == -EPERM ? EX_NOPERM : EX_IOERR;
    return error_set(err, status, negative_errno, "%s%s: cannot be %s: %s", tree->path,
        output->path, what, strerror(-negative_errno));
}

static int read_content(
    const struct tree *tree, const struct output *output, struct content *ret, struct error *err)
{
    int r = tree_read(tree, output->path, FILE_SIZE_MAX, &ret->bytes, NULL);
    ret->exists = r == 0;
    return r < 0 && r != -ENOENT ? refuse(tree, output, "read", r, err) : 0;
}

static enum output_action action_of(const struct content *before, const struct content *after)
{
    if (!after->exists)
        return before->exists ? OUTPUT_REMOVED : OUTPUT_UNCHANGED;
    if (!before->exists)
        return OUTPUT_CREATED;
    return buffer_equal(&before->bytes, &after->bytes) ? OUTPUT_UNCHANGED : OUTPUT_CHANGED;
}

static int write_content(
    const struct tree *tree, const struct output_result *result, struct error *err)
{
    const struct output *output = result->output;
    int r = 0;
    switch (result->action) {
    case OUTPUT_FAILED:
        break;
    case OUTPUT_UNCHANGED:
        atomic_sweep(tree, output->path);
        break;
    case OUTPUT_REMOVED:
        r = atomic_remove(tree, output->path);
        break;
    case OUTPUT_CREATED:
    case OUTPUT_CHANGED:
        r = atomic_write(tree, output->path, &result->after.bytes, output->mode);
        break;
    }
    return r < 0 ? refuse(tree, output, "written", r, err) : 0;
}

/* Reads the file back as its consumer will. */
static int verify(const struct tree *tree, const struct proxy_values *values,
    const struct output *output, struct error *err)
{
    _cleanup_content_ struct content written = { 0 };
    int r = read_content(tree, output, &written, err);
    if (r < 0)
        return r;
    r = output->verify(values, &written, err);
    if (r < 0)
        error_prefix(err, "%s%s: ", tree->path, output->path);
    return r;
}

static int apply_one(const struct tree *tree, const struct proxy_values *values, bool dry_run,
    struct output_result *result, struct error *err)
{
    int r = read_content(tree, result->output, &result->before, err);
    if (r < 0)
        return r;
    if (result->output->render(values, &result->before, &result->after) < 0)
        return error_memory(err);
    result->action = action_of(&result->before, &result->after);
    if (dry_run)
        return 0;
    r = write_content(tree, result, err);
    return r < 0 ? r : verify(tree, values, result->output, err);
}

int outputs_apply(const struct tree *tree, const struct proxy_values *values,
    const struct strings *names, bool dry_run, struct output_result **ret, size_t *ret_count,
    struct error *err)
{
    struct output_result *results = secret_calloc(outputs_count, sizeof(*results));
    if (!results)
        return error_memory(err);
    int failure = 0;
    size_t count = 0;
    for (size_t i = 0; i < outputs_count; i++) {
        if (names->count > 0 && !strings_contain(names, outputs_table[i].name))
            continue;
        struct output_result *result = &results[count++];
        result->output = &outputs_table[i];
        int r = apply_one(tree, values, dry_run, result, &result->error);
        if (r < 0)
            result->action = OUTPUT_FAILED;
        if (r < 0 && failure == 0) {
            failure = r;
            *err = result->error;
        }
    }
    *ret = results;
    *ret_count = count;
    return failure;
}

void output_results_free(struct output_result *results, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        content_free(&results[i].before);
        content_free(&results[i].after);
    }
    secret_free(results);
}
