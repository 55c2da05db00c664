/* SPDX-License-Identifier: MIT */
/* Only what this run displaces is told. It is what a reader of the file finds both as it is and
 * without us: with our lines already in it, he would find ours; what was displaced before, he would
 * find only without us. */

#include "outputs/displaced.h"

#include <errno.h>
#include <string.h>

#include "lib/few.h"
#include "lib/memory.h"
#include "outputs/plan_internal.h"
#include "proxy/no_proxy_cover.h"

/* What has been told so far. */
struct telling {
    const struct output_request *request;
    struct strings named; /* hosts */
    struct strings *warnings;
};

static int get(
    const struct output_file *file, const struct content *content, const char *name, char **ret)
{
    *ret = NULL;
    int r = content->exists ? file->get(&content->bytes, name, ret) : -ENOENT;
    return r == -ENOMEM ? r : 0;
}

/* *ret gets the value that is displaced, NULL when none is. 0 or -ENOMEM. */
static int get_displaced(
    const struct output_result *result, const struct content *others, const char *name, char **ret)
{
    _cleanup_mem_ char *now = NULL, *without_us = NULL;
    if (get(result->file, &result->before, name, &now) < 0 ||
        get(result->file, others, name, &without_us) < 0)
        return -ENOMEM;
    *ret = now && without_us && strcmp(now, without_us) == 0 ? TAKE_PTR(now) : NULL;
    return 0;
}

static int tell_list(struct telling *telling, const struct output_file *file, const char *list)
{
    _cleanup_strings_ struct strings lost = { 0 }, fresh = { 0 };
    const struct environment *environment = telling->request->environment;
    const char *ours = environment_get(environment, VARIABLE_NO_PROXY);
    int r = no_proxy_find_uncovered(list, ours ? ours : "", &lost);
    for (size_t i = 0; r == 0 && i < lost.count; i++)
        if (!strings_contains(&telling->named, lost.items[i])) {
            r = strings_add_unique(&telling->named, lost.items[i]);
            if (r == 0)
                r = strings_append(&fresh, lost.items[i]);
        }
    if (r < 0 || fresh.count == 0)
        return r;
    _cleanup_mem_ char *entries = few_join(&fresh, "\", \"");
    return entries
               ? strings_printf(telling->warnings,
                     "%s%s: exempted \"%s\" from the proxy, which the new list does not: add to "
                     "no_proxy.add what has to stay direct",
                     telling->request->tree->path, file->path, entries)
               : -ENOMEM;
}

static int tell_lists(
    struct telling *telling, const struct output_result *result, const struct content *others)
{
    const char *const *name = result->file->lists;
    int r = 0;
    for (; r == 0 && name && *name; name++) {
        _cleanup_mem_ char *list = NULL;
        r = get_displaced(result, others, *name, &list);
        if (r == 0 && list)
            r = tell_list(telling, result->file, list);
    }
    return r;
}

/* A user's name, or a URL that has one. */
static bool has_login(const char *name, const char *value)
{
    return *value && (strstr(name, "user") || strchr(value, '@'));
}

static int tell_login(
    struct telling *telling, const struct output_result *result, const struct content *others)
{
    const char *const *name = result->file->logins;
    const char *ours = environment_proxy(telling->request->environment);
    if (!ours || strchr(ours, '@'))
        return 0;
    for (; name && *name; name++) {
        _cleanup_mem_ char *value = NULL;
        if (get_displaced(result, others, *name, &value) < 0)
            return -ENOMEM;
        if (value && has_login(*name, value))
            return strings_printf(telling->warnings,
                "%s%s: its %s had a login for the proxy, the new value has none: if the proxy asks "
                "for one, "
                "set proxy.username and proxy.password_file",
                telling->request->tree->path, result->file->path, *name);
    }
    return 0;
}

static int tell_displaced(struct telling *telling, const struct output_result *result)
{
    _cleanup_content_ struct content others = { 0 };
    if (!result->is_wanted || !result->file->get || !output_has_change(result))
        return 0;
    int r = output_render_without_us(result, &others);
    if (r < 0)
        return r == -ENOMEM ? r : 0;
    r = tell_lists(telling, result, &others);
    return r < 0 ? r : tell_login(telling, result, &others);
}

static int tell_mask(struct telling *telling, const struct output_result *result)
{
    return strings_printf(telling->warnings,
        "%s%s: not written, as it is masked by a link to /dev/null: delete the link, or leave %s "
        "out "
        "of outputs",
        telling->request->tree->path, result->file->path, result->output->name);
}

int outputs_warn(const struct output_request *request, const struct output_results *results,
    struct strings *warnings)
{
    struct telling telling = { .request = request, .warnings = warnings };
    int r = 0;
    for (size_t i = 0; r == 0 && i < results->count; i++) {
        const struct output_result *result = &results->items[i];
        r = result->action == OUTPUT_MASKED ? tell_mask(&telling, result)
                                            : tell_displaced(&telling, result);
    }
    strings_free(&telling.named);
    return r;
}
