/* SPDX-License-Identifier: MIT */
/* A configuration file is JSON; each complaint about it names the file, the line and the key. */

#include "settings/file.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "files/answer.h"
#include "lib/json.h"
#include "lib/redact.h"
#include "lib/suggest.h"
#include "settings/keys.h"

enum { FILE_SIZE_MAX = 1024 * 1024 };

int settings_unreadable_status(int negative_errno)
{
    int status = error_file_status(negative_errno);
    return status == EX_IOERR && file_failure_is_answer(negative_errno) ? EX_CONFIG : status;
}

int settings_refuse_unreadable(
    const struct tree *tree, const char *path, int negative_errno, struct error *err)
{
    if (negative_errno == -ENOMEM)
        return error_no_memory(err);
    int status = settings_unreadable_status(negative_errno);
    const char *reason =
        negative_errno == -EINVAL ? "not a regular file" : tree_reason(negative_errno);
    (void) error_set(err, status, negative_errno, "%s%s: cannot be read: %s%s", tree->path, path,
        reason, status == EX_NOPERM ? ": run it as root" : "");
    if (negative_errno == -ENOLINK)
        tree_explain(tree, path, err);
    return negative_errno;
}

/* One configuration file while it is read. */
struct source {
    const struct tree *tree;
    const char *path;
    struct buffer text;
    struct json *document;
    struct settings *settings;
};

static size_t line_of(const struct source *source, const struct json *member)
{
    return json_line_of(source->text.data, source->text.size, source->document, member);
}

static int at_member(const struct source *source, const struct json *member, const char *path,
    int r, struct error *err)
{
    if (r == -ENOMEM) /* no fault of the settings */
        return r;
    char shown[REDACTED_MAX];
    const char *near = key_suggest(path); /* a known key is the nearest to itself */
    bool is_known = near && strcasecmp(near, path) == 0;
    size_t group = strlen(path) - strlen(json_key(member));
    error_prefix(err, "%s%s:%zu: %.*s%s: ", source->tree->path, source->path,
        line_of(source, member), (int) (is_known ? strlen(path) : group), path,
        is_known ? "" : redact_name_to(json_key(member), shown));
    return -EINVAL;
}

static int set_member(const struct source *source, const struct key *key, const struct json *member,
    struct error *err)
{
    _cleanup_buffer_ struct buffer origin = { 0 };
    if (buffer_printf(
            &origin, "%s%s:%zu", source->tree->path, source->path, line_of(source, member)) < 0)
        return error_no_memory(err);
    return key_set(key, member, origin.data, source->settings, err);
}

static int check_duplicate(const struct json *object, const struct json *member, struct error *err)
{
    for (const struct json *m = json_first(object); m != member; m = json_next(m))
        if (strcmp(json_key(m), json_key(member)) == 0)
            return error_set(err, EX_CONFIG, -EINVAL, "this key is here twice: delete one of them");
    return 0;
}

static int refuse_unknown(const char *path, struct error *err)
{
    const char *near = key_suggest(path);
    (void) error_set(err, EX_CONFIG, -EINVAL, near ? "unknown key" : "unknown key: delete it");
    suggest_append(err, "", near, "");
    return -EINVAL;
}

static int read_object(
    const struct source *source, const struct json *object, const char *prefix, struct error *err);

static int read_member(const struct source *source, const struct json *object,
    const struct json *member, const char *path, struct error *err)
{
    int r = check_duplicate(object, member, err);
    if (r < 0)
        return at_member(source, member, path, r, err);
    /* A dot in a key would make it look like a path. */
    const struct key *key = strchr(json_key(member), '.') ? NULL : key_find(path);
    if (key)
        r = set_member(source, key, member, err);
    else if (!key_is_group(path))
        r = refuse_unknown(path, err);
    else if (json_type(member) != JSON_OBJECT)
        r = error_set(err, EX_CONFIG, -EINVAL, "expected an object, got %s",
            json_type_name(json_type(member)));
    else
        return read_object(source, member, path, err);
    return r < 0 ? at_member(source, member, path, r, err) : 0;
}

static int read_object(
    const struct source *source, const struct json *object, const char *prefix, struct error *err)
{
    int r = 0;
    for (const struct json *m = json_first(object); m && r == 0; m = json_next(m)) {
        _cleanup_buffer_ struct buffer path = { 0 };
        if (buffer_printf(&path, "%s%s%s", prefix, *prefix ? "." : "", json_key(m)) < 0)
            return error_no_memory(err);
        r = read_member(source, object, m, path.data, err);
    }
    return r;
}

static int read_document(struct source *source, struct error *err)
{
    int r = json_parse(source->text.data, source->text.size, &source->document, err);
    if (r == -ENOMEM)
        return r;
    if (r < 0) {
        if (err)
            err->status = EX_CONFIG;
        error_prefix(err, "%s%s: ", source->tree->path, source->path);
        error_append(err, ": look for a comma too many or too few, a quote, a bracket, a comment");
        return r;
    }
    if (json_type(source->document) != JSON_OBJECT)
        return error_set(err, EX_CONFIG, -EINVAL, "%s%s: expected an object, got %s",
            source->tree->path, source->path, json_type_name(json_type(source->document)));
    return read_object(source, source->document, "", err);
}

static bool file_is_blank(const struct buffer *text)
{
    return text->size == 0 || strspn(text->data, " \t\r\n") == text->size;
}

int settings_file_load(
    const struct tree *tree, const char *path, struct settings *settings, struct error *err)
{
    struct source source = { .tree = tree, .path = path, .settings = settings };
    int r = tree_read(tree, path, FILE_SIZE_MAX, &source.text, NULL);
    if (r < 0)
        r = settings_refuse_unreadable(tree, path, r, err);
    else if (!file_is_blank(&source.text))
        r = read_document(&source, err);
    json_free(source.document);
    buffer_free(&source.text);
    return r;
}
