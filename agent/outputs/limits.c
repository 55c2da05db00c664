/* SPDX-License-Identifier: MIT */
/* A value is checked where it is known what line it makes: in the file, as it would be written. */

#include "outputs/limits.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "formats/block.h"
#include "lib/lines.h"
#include "outputs/plan_internal.h"

/* What our part of a file of others may take: far more than all our lines, and than a file that
 * somebody wrote by hand has of them to displace. */
enum { GROWTH_MAX = 1024 * 1024 };

/* The longest of our lines. */
struct longest {
    size_t length;
    size_t number;     /* from 1 */
    bool is_list;      /* it sets no_proxy, of whose length proxy/no_proxy.h warns */
    bool is_of_others; /* we displace it */
};

static bool sets_list(const struct line *line)
{
    static const char name[] = "no_proxy=";
    return line->length > strlen(name) && strncasecmp(line->text, name, strlen(name)) == 0;
}

/* In a file that is ours as a whole all lines are. */
static struct longest find_longest(const struct output_result *result, bool with_lists)
{
    struct longest longest = { 0 };
    bool is_inside = false;
    size_t number = 0;
    for (struct line line = { 0 }; line_next(&result->after.bytes, &line);) {
        number++;
        enum block_owner owner =
            result->file->block ? block_owner_of(&line, &is_inside) : BLOCK_OURS;
        bool is_list = sets_list(&line);
        if (owner != BLOCK_OTHERS && (with_lists || !is_list) && line.length > longest.length)
            longest = (struct longest){ line.length, number, is_list, owner == BLOCK_DISPLACED };
    }
    return longest;
}

static bool has_lines(const struct output_result *result)
{
    return result->is_wanted && result->after.exists && !result->file->render;
}

static int check_lines(const struct output_result *result, struct error *err)
{
    const struct output_limits *limits = &result->file->limits;
    if (limits->line_max == 0 || !has_lines(result))
        return 0;
    const struct longest longest = find_longest(result, true);
    if (longest.length <= limits->line_max)
        return 0;
    return error_set(err, EX_CONFIG, -E2BIG,
        "line %zu would have %zu bytes, and %s a line of more than %zu: %s", longest.number,
        longest.length, limits->line_effect, limits->line_max,
        longest.is_of_others ? "shorten it, or delete it"
                             : "use a shorter password, or fewer entries in no_proxy.add");
}

/* Of a file in which a value can be anywhere. */
static int check_values(
    const struct environment *environment, const struct output_result *result, struct error *err)
{
    static const char longest_name[] = "https_proxy=";
    const struct output_limits *limits = &result->file->limits;
    for (size_t i = 0; limits->line_max > 0 && result->file->render && i < VARIABLES; i++) {
        const char *value = environment->values[i];
        size_t length = value ? strlen(longest_name) + strlen(value) : 0;
        if (length > limits->line_max)
            return error_set(err, EX_CONFIG, -E2BIG,
                "a value would make a variable of %zu bytes, and %s one of more than %zu: use a "
                "shorter password, or fewer entries in no_proxy.add",
                length, limits->line_effect, limits->line_max);
    }
    return 0;
}

static int refuse_size(size_t size, const char *what, struct error *err)
{
    return error_set(err, EX_CONFIG, -EFBIG,
        "%s would have %zu bytes, and not more than %d can be read back: look at what is in it",
        what, size, OUTPUT_FILE_SIZE_MAX);
}

int limits_check(
    const struct environment *environment, const struct output_result *result, struct error *err)
{
    int r;
    size_t before = result->before.bytes.size, after = result->after.bytes.size;
    if (!result->is_wanted || !output_has_change(result))
        return 0;
    if (after > OUTPUT_FILE_SIZE_MAX)
        return refuse_size(after, "it", err);
    if (result->backup_after.bytes.size > OUTPUT_FILE_SIZE_MAX)
        return refuse_size(result->backup_after.bytes.size, "its backup", err);
    if (after > before && after - before > GROWTH_MAX)
        return error_set(err, EX_CONFIG, -EFBIG,
            "it would grow by %zu bytes, as so many of its lines set the same keys: delete them",
            after - before);
    r = check_values(environment, result, err);
    return r < 0 ? r : check_lines(result, err);
}

static int warn_cut(const struct output_request *request, const struct output_result *result,
    const struct longest *longest, struct strings *warnings)
{
    const struct output_limits *limits = &result->file->limits;
    return strings_printf(warnings,
        "%s%s: line %zu has %zu bytes, and %s cuts it at %zu: shorten it where that runs%s",
        request->tree->path, result->file->path, longest->number, longest->length, limits->cut_by,
        limits->line_cut,
        longest->is_list || longest->is_of_others ? "" : ", by a shorter password, say");
}

int limits_warn(const struct output_request *request, const struct output_results *results,
    struct strings *warnings)
{
    _cleanup_strings_ struct strings told = { 0 };
    for (size_t i = 0; i < results->count; i++) {
        const struct output_result *result = &results->items[i];
        const struct output_limits *limits = &result->file->limits;
        if (limits->line_cut == 0 || !has_lines(result) || result->failure < 0 ||
            strings_contains(&told, limits->cut_by))
            continue;
        const struct longest longest = find_longest(result, false);
        if (longest.length <= limits->line_cut)
            continue;
        if (warn_cut(request, result, &longest, warnings) < 0 ||
            strings_append(&told, limits->cut_by) < 0)
            return -ENOMEM;
    }
    return 0;
}
