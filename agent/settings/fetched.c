/* SPDX-License-Identifier: MIT */
/* The settings are a file like any other. The record beside it says where they are from. */

#include "settings/fetched.h"

#include <errno.h>
#include <string.h>

#include "files/paths.h"
#include "lib/json.h"
#include "lib/memory.h"
#include "settings/file.h"

enum { RECORD_MAX = 64 * 1024 };

const struct fetched_files fetched_of_boot = {
    .settings = PATH_FETCHED_SETTINGS,
    .password = PATH_FETCHED_PASSWORD,
    .ca = PATH_FETCHED_CA,
    .record = PATH_FETCHED_RECORD,
};

const struct fetched_files fetched_kept = {
    .settings = PATH_KEPT_SETTINGS,
    .ca = PATH_KEPT_CA,
    .record = PATH_KEPT_RECORD,
};

int fetched_record_print(const struct fetched_record *record, struct buffer *ret)
{
    _cleanup_json_ struct json *object = json_new_object();
    bool ok = json_add_string(object, "request", record->request) &&
              json_add_number(object, "asked_s", (double) record->asked_s) &&
              json_add_string(object, "machine", record->machine);
    struct json *origins = ok ? json_add_object(object, "origins") : NULL;
    ok = origins;
    for (size_t i = 0; ok && i < record->origins.keys.count; i++)
        ok =
            json_add_string(origins, record->origins.keys.items[i], record->origins.texts.items[i]);
    return json_print(ok ? object : NULL, ret);
}

/* A member of that type; NULL: there is none. */
static const struct json *member_of(const struct json *object, const char *key, enum json_type type)
{
    const struct json *member = NULL;
    return json_member(object, key, &member) == 0 && json_type(member) == type ? member : NULL;
}

static int record_read_text(const struct json *object, const char *key, char **ret)
{
    const struct json *text = member_of(object, key, JSON_STRING);
    *ret = text ? mem_strdup(json_string(text)) : NULL;
    return *ret || !text ? 0 : -ENOMEM;
}

static int record_read_origins(const struct json *list, struct origins *ret)
{
    int r = 0;
    for (const struct json *m = list ? json_first(list) : NULL; r == 0 && m; m = json_next(m))
        r = json_type(m) == JSON_STRING ? origins_set(ret, json_key(m), json_string(m), false)
                                        : -EBADMSG;
    return r;
}

int fetched_record_read(const struct tree *tree, const char *path, struct fetched_record *ret)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    _cleanup_json_ struct json *object = NULL;
    int r = tree_read(tree, path, RECORD_MAX, &text, NULL);
    if (r == 0)
        r = json_parse(text.data, text.size, &object, NULL);
    if (r < 0)
        return r;
    const struct json *asked = member_of(object, "asked_s", JSON_NUMBER);
    if (json_type(object) != JSON_OBJECT || !asked || !(json_number(asked) >= 0))
        return -EBADMSG;
    ret->asked_s = (uint64_t) json_number(asked);
    r = record_read_text(object, "request", &ret->request);
    if (r == 0)
        r = record_read_text(object, "machine", &ret->machine);
    if (r == 0)
        r = record_read_origins(member_of(object, "origins", JSON_OBJECT), &ret->origins);
    return r < 0 || ret->request ? r : -EBADMSG;
}

void fetched_record_free(struct fetched_record *record)
{
    mem_free(record->request);
    mem_free(record->machine);
    origins_free(&record->origins);
    *record = (struct fetched_record){ 0 };
}

static bool is_other_file(const char *path, const char *own)
{
    return path && (!own || strcmp(path, own) != 0);
}

/* What `fetch` never writes: who has taken it over could name any file, or another service. */
static bool has_foreign(const struct settings *settings, const struct fetched_files *files)
{
    return settings->imds_endpoint || settings->imds_allow_v1 || settings->remote_parameters ||
           settings->remote_secret || settings->remote_tags || settings->remote_ssm_endpoint ||
           settings->remote_secretsmanager_endpoint || settings->remote_keep ||
           is_other_file(settings->proxy_password_file, files->password) ||
           is_other_file(settings->proxy_ca_file, files->ca);
}

/* Each setting is from where its record says. That there is no record matters to nobody but who
 * reads reports. */
static int take_origins(
    const struct tree *tree, const struct fetched_files *files, struct settings *settings)
{
    _cleanup_fetched_record_ struct fetched_record record = { 0 };
    int r = fetched_record_read(tree, files->record, &record);
    for (size_t i = 0; r == 0 && i < record.origins.keys.count; i++)
        if (origins_find(&settings->origins, record.origins.keys.items[i]))
            r = origins_set(&settings->origins, record.origins.keys.items[i],
                record.origins.texts.items[i], false);
    return r == -ENOMEM ? r : 0;
}

int settings_load_fetched(const struct tree *tree, const struct fetched_files *files,
    struct settings *settings, struct error *err)
{
    int r = tree_exists(tree, files->settings);
    if (r <= 0)
        return r < 0 ? settings_refuse_unreadable(tree, files->settings, r, err) : 0;
    r = settings_file_load(tree, files->settings, settings, err);
    if (r < 0)
        return r;
    if (has_foreign(settings, files))
        return error_set(err, EX_CONFIG, -EINVAL,
            "%s%s: it has what ec2-bootstrap fetch does not write: remove it", tree->path,
            files->settings);
    settings->has_found = settings->no_proxy_services.origin != NULL;
    return strings_append_all(&settings->no_proxy_found, &settings->no_proxy_services.names) < 0 ||
                   take_origins(tree, files, settings) < 0
               ? error_no_memory(err)
               : 0;
}
