/* SPDX-License-Identifier: MIT */
/* The files lie where the units that read them cannot write, and are read before all settings files
 * of the machine: what AWS holds takes no precedence over any. */

#include "fetch/store.h"

#include <errno.h>
#include <string.h>

#include "files/atomic.h"
#include "files/lock.h"
#include "files/paths.h"
#include "lib/array.h"
#include "lib/clock.h"
#include "lib/memory.h"
#include "lib/notify.h"
#include "settings/fetched.h"

enum {
    STORE_WRITE_MS_MAX = 10000,
    STORE_FILE_MAX = 1024 * 1024,
    FRESH_S = 10 * 60, /* longer than a boot, in which more than one asks */
};

bool fetch_is_wanted(const struct settings *settings)
{
    return settings->remote_parameters || settings->remote_secret || settings->remote_tags ||
           settings->no_proxy_services.is_auto;
}

/* What is asked for, as a text that is compared. 0 or -ENOMEM. */
static int print_request(const struct settings *settings, struct buffer *ret)
{
    const char *const texts[] = { settings->remote_parameters, settings->remote_secret,
        settings->remote_tags, settings->remote_ssm_endpoint,
        settings->remote_secretsmanager_endpoint };
    int r = 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(texts); i++)
        r = buffer_printf(ret, "%s ", texts[i] ? texts[i] : "-");
    return r < 0 ? r
                 : buffer_printf(ret, "%s %s", settings->remote_keep ? "keep" : "-",
                       settings->no_proxy_services.is_auto ? "auto" : "-");
}

static int refuse_write(const struct tree *tree, const char *path, int r, struct error *err)
{
    return r == -ENOMEM ? error_no_memory(err)
                        : error_set(err, error_file_status(r), r, "%s%s: cannot be written: %s",
                              tree->path, path, tree_reason(r));
}

/* Writes a file that has other bytes, or removes one without any. */
static int put_file(const struct tree *tree, const char *path, const struct buffer *bytes,
    bool *has_changed, struct error *err)
{
    _cleanup_buffer_ struct buffer old = { 0 };
    int r = tree_read(tree, path, STORE_FILE_MAX, &old, NULL);
    bool is_there = r == 0;
    if (is_there == (bytes->size > 0) && (!is_there || buffer_equal(&old, bytes)))
        return 0;
    *has_changed = true;
    r = bytes->size > 0 ? atomic_write(tree, path, bytes, 0600, NULL)
                        : atomic_remove(tree, path, NULL);
    return r < 0 ? refuse_write(tree, path, r, err) : 0;
}

/* Writes, or removes, the files that settings name: those that are wanted before the settings name
 * them, others after they have ceased to. */
static int put_values(const struct tree *tree, const struct fetched_values *values, bool wanted,
    bool *has_changed, struct error *err)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < FETCHED_NAMES; i++) {
        const char *path = fetched_path(&fetched_of_boot, fetched_names[i].form);
        const char *text = values->items[i].text;
        _cleanup_buffer_ struct buffer bytes = { 0 };
        if (!path || wanted != (text != NULL))
            continue;
        if (text && buffer_printf(&bytes, "%s\n", text) < 0)
            return error_no_memory(err);
        r = put_file(tree, path, &bytes, has_changed, err);
    }
    return r;
}

/* The bytes of the files that are there where something is wanted; else empty. */
struct store_texts {
    struct buffer settings, to_keep, record;
};

static void store_texts_free(struct store_texts *texts)
{
    buffer_free(&texts->settings);
    buffer_free(&texts->to_keep);
    buffer_free(&texts->record);
}

#define _cleanup_store_texts_ _cleanup_(store_texts_free)

/* 0 or -ENOMEM. */
static int print_record(
    const struct settings *settings, const struct fetched_values *values, struct buffer *ret)
{
    _cleanup_fetched_record_ struct fetched_record record = { .asked_s = clock_now_ms() / 1000 };
    _cleanup_buffer_ struct buffer request = { 0 };
    int r = print_request(settings, &request);
    for (size_t i = 0; r == 0 && i < FETCHED_NAMES; i++)
        if (values->items[i].text)
            r = origins_set(&record.origins, fetched_names[i].key, values->items[i].origin, false);
    record.request = buffer_take(&request);
    return r < 0 || !record.request ? -ENOMEM : fetched_record_print(&record, ret);
}

/* That nothing was found is worth knowing, too. 0 or -ENOMEM. */
static int print_texts(
    const struct settings *settings, const struct fetched_values *values, struct store_texts *ret)
{
    if (!fetch_is_wanted(settings))
        return 0;
    int r = fetched_values_print(values, &fetched_of_boot, &ret->settings);
    if (r == 0 && settings->remote_keep)
        r = fetched_values_print(values, &fetched_kept, &ret->to_keep);
    return r < 0 ? r : print_record(settings, values, &ret->record);
}

/* The record counts as long as the settings are those that it tells of. */
static int put_texts(const struct tree *tree, const struct fetched_values *values,
    const struct store_texts *texts, bool *has_changed, struct error *err)
{
    bool is_no_change = false;
    int r = atomic_remove(tree, PATH_FETCHED_AHEAD, NULL);
    if (r == 0)
        r = atomic_remove(tree, PATH_FETCHED_RECORD, NULL);
    if (r < 0)
        return refuse_write(tree, PATH_FETCHED_RECORD, r, err);
    r = put_values(tree, values, true, has_changed, err);
    if (r == 0)
        r = put_file(tree, PATH_FETCHED_SETTINGS, &texts->settings, has_changed, err);
    if (r == 0)
        r = put_file(tree, PATH_FETCHED_TO_KEEP, &texts->to_keep, has_changed, err);
    if (r == 0)
        r = put_values(tree, values, false, has_changed, err);
    return r < 0 ? r : put_file(tree, PATH_FETCHED_RECORD, &texts->record, &is_no_change, err);
}

int store_write(const struct tree *tree, const struct settings *settings,
    const struct fetched_values *values, bool *ret_has_changed, struct error *err)
{
    _cleanup_store_texts_ struct store_texts texts = { 0 };
    _cleanup_lock_ struct lock lock = { .fd = -1 };
    if (print_texts(settings, values, &texts) < 0)
        return error_no_memory(err);
    notify_extend_timeout(LOCK_WAIT_MS + STORE_WRITE_MS_MAX);
    int r = lock_take(tree, LOCK_WAIT_MS, &lock, err);
    if (r < 0)
        return r;
    r = tree_make_directory(tree, PATH_FETCHED);
    return r < 0 ? refuse_write(tree, PATH_FETCHED, r, err)
                 : put_texts(tree, values, &texts, ret_has_changed, err);
}

int store_mark_ahead(const struct tree *tree, struct error *err)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    bool is_no_change = false;
    return buffer_printf(&text, "not yet seen by fetch --check\n") < 0
               ? error_no_memory(err)
               : put_file(tree, PATH_FETCHED_AHEAD, &text, &is_no_change, err);
}

/* 1, 0, or -ENOMEM. */
static int take_mark(const struct tree *tree)
{
    int there = tree_exists(tree, PATH_FETCHED_AHEAD);
    int r = there > 0 ? atomic_remove(tree, PATH_FETCHED_AHEAD, NULL) : there;
    return r == -ENOMEM ? r : there > 0 && r == 0;
}

int store_take_ahead(const struct tree *tree, const struct settings *settings)
{
    _cleanup_fetched_record_ struct fetched_record record = { 0 };
    _cleanup_buffer_ struct buffer request = { 0 };
    int r = take_mark(tree);
    if (r <= 0)
        return r;
    r = fetched_record_read(tree, PATH_FETCHED_RECORD, &record);
    if (r < 0)
        return r == -ENOMEM ? r : 0;
    if (print_request(settings, &request) < 0)
        return -ENOMEM;
    return strcmp(record.request, request.data) == 0 &&
           clock_now_ms() / 1000 - record.asked_s < FRESH_S;
}
