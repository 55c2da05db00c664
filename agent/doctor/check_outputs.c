/* SPDX-License-Identifier: MIT */
/* The files as they are, held against what `run` would write now. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "doctor/check.h"
#include "doctor/overridden.h"
#include "files/answer.h"
#include "lib/diff.h"
#include "lib/printable.h"
#include "lib/redact.h"
#include "outputs/exemptions.h"
#include "outputs/limits.h"
#include "outputs/logins.h"

/* The difference, passwords hidden. */
static int output_diff(
    const struct tree *tree, const struct output_result *result, struct buffer *ret)
{
    static const char none[] = "/dev/null";
    _cleanup_buffer_ struct buffer name = { 0 }, diff = { 0 }, shown = { 0 };
    int r = buffer_printf(&name, "%s%s", tree->path, result->file->path);
    if (r == 0)
        r = diff_unified(result->before.exists ? name.data : none, &result->before.bytes,
            result->after.exists ? name.data : none, &result->after.bytes, &diff);
    if (r == 0)
        r = redact_diff(&diff, &shown);
    return r < 0 ? r : printable_append_lines(shown.data, shown.size, ret);
}

/* How many lines come and go. */
static void outputs_count_lines(const char *diff, size_t *ret_more, size_t *ret_less)
{
    for (const char *line = diff; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        *ret_more += line[0] == '+' && strncmp(line, "+++", 3) != 0;
        *ret_less += line[0] == '-' && strncmp(line, "---", 3) != 0;
    }
}

static int find_change(
    const struct tree *tree, const struct output_result *result, struct doctor_result *ret)
{
    const char *path = result->file->path, *output = result->output->name;
    _cleanup_buffer_ struct buffer diff = { 0 };
    size_t more = 0, less = 0;
    int r = output_diff(tree, result, &diff);
    if (r < 0)
        return r;
    const char *lines = diff.data ? diff.data : "";
    outputs_count_lines(lines, &more, &less);
    if (!result->is_wanted)
        r = doctor_find(
            ret, OUTPUT_STALE, path, NULL, "what was written for %s is still there", output);
    else if (result->action == OUTPUT_CREATED)
        r = doctor_find(
            ret, OUTPUT_FILE_MISSING, path, NULL, "it is not there, and %s reads it", output);
    else
        r = doctor_find(ret, OUTPUT_DRIFTED, path, NULL,
            "for %s run would add %zu and take out %zu lines", output, more, less);
    return r < 0 ? r : doctor_detail(ret, lines);
}

/* What this user may not read is root's matter; and what only could not be looked at just now says
 * nothing of the file. */
static int find_unusable(const struct output_result *result, struct doctor_result *ret)
{
    int failure = result->failure;
    bool is_for_root = geteuid() != 0 && (failure == -EACCES || failure == -EPERM);
    bool is_of_file = failure == -EBADMSG || file_failure_is_answer(failure);
    if (failure == -ENOMEM)
        return failure;
    return is_for_root ? strings_append(&ret->unseen, result->error.text)
                       : doctor_find(ret, is_of_file ? OUTPUT_UNUSABLE : CHECK_FAILED,
                             result->file->path, NULL, "%s", result->error.text);
}

static int check_output(
    const struct doctor *doctor, const struct output_result *result, struct doctor_result *ret)
{
    const char *path = result->file->path;
    bool is_change = output_has_change(result);
    if (result->action == OUTPUT_FAILED)
        return find_unusable(result, ret);
    if (result->action == OUTPUT_LEFT_OUT)
        return doctor_find(ret, OUTPUT_OF_OTHERS, path, NULL, "%s", result->error.text);
    if (result->action == OUTPUT_MASKED)
        return doctor_find(ret, OUTPUT_FILE_MASKED, path, NULL, "it is a link to /dev/null");
    /* Without the facts the list would be another one. */
    if (is_change && (doctor->is_sure || result->action == OUTPUT_CREATED))
        return find_change(&doctor->setup.tree, result, ret);
    return is_change ? strings_printf(&ret->unseen, "%s: whether it is as it should be: %s", path,
                           doctor->knows_facts ? doctor->trust_error.text : "the VPC is not known")
                     : 0;
}

static int find_texts(
    enum doctor_kind_id kind, const struct strings *texts, struct doctor_result *ret)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < texts->count; i++)
        r = doctor_find(ret, kind, "outputs", NULL, "%s", texts->items[i]);
    return r;
}

/* What `run` warns of. */
static int check_warnings(const struct doctor *doctor, struct doctor_result *ret)
{
    const struct output_request request = setup_output_request(&doctor->setup);
    const struct output_results *results = &doctor->setup.results;
    _cleanup_strings_ struct strings lists = { 0 }, lines = { 0 }, logins = { 0 };
    if (exemptions_warn(&request, &lists) < 0 || limits_warn(&request, results, &lines) < 0 ||
        logins_warn(&request, results, &logins) < 0)
        return -ENOMEM;
    int r = find_texts(OUTPUT_WITHOUT_LIST, &lists, ret);
    if (r == 0)
        r = find_texts(OUTPUT_LINE_LONG, &lines, ret);
    return r < 0 ? r : find_texts(OUTPUT_LOGIN_SHOWN, &logins, ret);
}

static int tell_outputs(const struct doctor *doctor, struct doctor_result *ret)
{
    const struct output_results *results = &doctor->setup.results;
    size_t right = 0, wanted = 0;
    for (size_t i = 0; i < results->count; i++) {
        wanted += results->items[i].is_wanted;
        right += results->items[i].is_wanted && (results->items[i].action == OUTPUT_UNCHANGED ||
                                                    results->items[i].action == OUTPUT_CHECKED);
    }
    if (environment_is_empty(&doctor->setup.environment))
        return strings_append(&ret->facts, "no proxy is configured, so nothing is to be written");
    return strings_printf(
        &ret->facts, "%zu of %zu files are as run would write them", right, wanted);
}

int doctor_check_outputs(const struct doctor *doctor, struct doctor_result *ret)
{
    const struct output_results *results = &doctor->setup.results;
    int r = tell_outputs(doctor, ret);
    for (size_t i = 0; r == 0 && i < results->count; i++)
        r = check_output(doctor, &results->items[i], ret);
    if (r == 0)
        r = overridden_find(&doctor->overrides, false, ret);
    if (r == 0 && doctor->overrides.unseen < 0)
        r = doctor_find(ret, CHECK_FAILED, "outputs", NULL,
            "not all that overrides these files could be looked for: %s",
            strerror(-doctor->overrides.unseen));
    return r < 0 ? r : check_warnings(doctor, ret);
}
