/* SPDX-License-Identifier: MIT */
/* What dockerd reads of its file, and what stood there before us. */

#include "outputs/docker_json.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "formats/json_edit.h"
#include "lib/array.h"
#include "lib/json.h"
#include "lib/lines.h"
#include "lib/memory.h"

#define PROXIES "proxies"

enum { NAMES = 3 };

static const char *const names[NAMES] = { "http-proxy", "https-proxy", "no-proxy" };
static const enum variable_id variables[NAMES] = { VARIABLE_HTTP_PROXY, VARIABLE_HTTPS_PROXY,
    VARIABLE_NO_PROXY };

static const char *docker_json_value_of(const struct environment *environment, size_t name)
{
    return environment_get(environment, variables[name]);
}

/* A member as cJSON sees it. */
struct found {
    const struct json *value;
    size_t number;
};

/* To dockerd the case of letters does not matter. 0; -ENOENT; or -ENOTUNIQ. */
static int docker_json_find(const struct json *object, const char *name, struct found *ret)
{
    size_t number = 0, count = 0;
    for (const struct json *m = json_first(object); m; m = json_next(m), number++)
        if (strcasecmp(json_key(m), name) == 0) {
            *ret = (struct found){ m, number };
            count++;
        }
    return count == 0 ? -ENOENT : count == 1 ? 0 : -ENOTUNIQ;
}

static int refuse_double(const char *name, struct error *err)
{
    return error_set(err, EX_IOERR, -EBADMSG, "\"%s\" is there more than once", name);
}

static int parse(struct span text, struct json **ret, struct error *err)
{
    int r = json_parse(text.start, (size_t) (text.end - text.start), ret, err);
    if (r == -EBADMSG && err)
        err->status = EX_IOERR;
    return r;
}

/* Whether there is nothing but blanks, which to dockerd are an empty object. */
static bool docker_json_is_blank(const struct content *content)
{
    struct span text = { 0 };
    if (content->exists && content->bytes.size > 0)
        text = span_trim(span_of(&content->bytes));
    return text.start == text.end;
}

/* The tree of a file, and its proxies. 0; -ENOENT when it has none; -EBADMSG and an error; or
 * -ENOMEM. */
static int open_proxies(
    const struct content *content, struct json **ret, struct found *found, struct error *err)
{
    if (docker_json_is_blank(content))
        return -ENOENT;
    int r = parse(span_of(&content->bytes), ret, err);
    if (r < 0)
        return r;
    if (json_type(*ret) != JSON_OBJECT)
        return error_set(err, EX_IOERR, -EBADMSG, "expected an object, found %s",
            json_type_name(json_type(*ret)));
    r = docker_json_find(*ret, PROXIES, found);
    if (r == -ENOTUNIQ)
        return refuse_double(PROXIES, err);
    return r == 0 && json_type(found->value) != JSON_OBJECT ? -ENOENT : r;
}

static bool docker_sets(const char *key, const struct environment *environment)
{
    for (size_t i = 0; i < NAMES; i++)
        if (strcasecmp(key, names[i]) == 0)
            return docker_json_value_of(environment, i) != NULL;
    return false;
}

/* The new object: ours, then those of the old one, if any, that we do not set. */
static int append_object(const struct environment *environment, const struct json *theirs,
    struct span text, struct buffer *ret)
{
    const char *between = "{";
    int r = 0;
    for (size_t i = 0; r == 0 && i < NAMES; i++)
        if (docker_json_value_of(environment, i)) {
            r = buffer_printf(
                ret, "%s\"%s\": \"%s\"", between, names[i], docker_json_value_of(environment, i));
            between = ", ";
        }
    struct json_member member = { 0 };
    const struct json *m = theirs ? json_first(theirs) : NULL;
    for (; r == 0 && m && json_edit_next(text, &member); m = json_next(m))
        if (!docker_sets(json_key(m), environment)) {
            const struct span whole = member.whole;
            r = buffer_append_text(ret, between);
            if (r == 0)
                r = buffer_append(ret, whole.start, (size_t) (whole.end - whole.start));
            between = ", ";
        }
    return r < 0 ? r : buffer_append_text(ret, "}");
}

/* Checks that it is an object that sets none of the names twice. */
static int parse_proxies(struct span text, struct json **ret, struct error *err)
{
    struct found found;
    int r = parse(text, ret, err);
    if (r == 0 && json_type(*ret) != JSON_OBJECT)
        r = error_set(err, EX_IOERR, -EBADMSG, "expected an object");
    for (size_t i = 0; r == 0 && i < NAMES; i++)
        if (docker_json_find(*ret, names[i], &found) == -ENOTUNIQ)
            r = refuse_double(names[i], err);
    return r;
}

/* The backup: in its first two lines our value, now and before, as an interrupted run can leave
 * either in the file; then the foreign value. */
struct docker_backup {
    struct span ours[2];
    struct span theirs;
};

static struct docker_backup read_backup(const struct buffer *kept)
{
    struct docker_backup backup = { .theirs = span_of(kept) };
    struct line line = { 0 };
    for (size_t i = 0; i < ELEMENTSOF(backup.ours) && line_next(kept, &line); i++) {
        backup.ours[i] = (struct span){ line.text, line.text + line.length };
        backup.theirs.start = line.text + line.length + line.has_newline;
    }
    return backup;
}

static const struct json *value_in(const struct json *proxies, const char *name)
{
    struct found found = { 0 };
    bool is_object = proxies && json_type(proxies) == JSON_OBJECT;
    return is_object && docker_json_find(proxies, name, &found) == 0 ? found.value : NULL;
}

static bool is_same(const struct json *a, const struct json *b)
{
    if (!a || !b || json_type(a) != JSON_STRING || json_type(b) != JSON_STRING)
        return !a == !b;
    return strcmp(json_string(a), json_string(b)) == 0;
}

/* Whether the proxies are ours in theirs, however they are written: 1, 0 or -ENOMEM. */
static int is_made_of(struct span proxies, struct span ours, struct span theirs)
{
    const struct span texts[] = { proxies, ours, theirs };
    struct json *trees[ELEMENTSOF(texts)] = { 0 };
    int r = 0;
    /* Where the backup is not sound, what it lacks is not there. */
    for (size_t i = 0; r != -ENOMEM && i < ELEMENTSOF(texts); i++)
        r = parse(texts[i], &trees[i], NULL);
    int is_made = r == -ENOMEM ? r : trees[0] && trees[1];
    for (size_t i = 0; is_made > 0 && i < NAMES; i++) {
        const struct json *value = value_in(trees[1], names[i]);
        is_made =
            is_same(value_in(trees[0], names[i]), value ? value : value_in(trees[2], names[i]));
    }
    for (size_t i = 0; i < ELEMENTSOF(texts); i++)
        json_free(trees[i]);
    return is_made;
}

/* What of ours stands in the file and nobody has changed since; empty when there is none. 0 or
 * -ENOMEM. */
static int find_ours(const struct docker_backup *backup, struct span part, struct span *ret)
{
    *ret = (struct span){ 0 };
    for (size_t i = 0; i < ELEMENTSOF(backup->ours); i++) {
        int r = is_made_of(part, backup->ours[i], backup->theirs);
        if (r > 0)
            *ret = backup->ours[i];
        if (r != 0)
            return r < 0 ? r : 0;
    }
    return 0;
}

static int write_backup(
    const struct edit *edit, struct span before, struct span theirs, struct buffer *kept)
{
    int r = append_object(edit->environment, NULL, theirs, kept);
    if (r == 0)
        r = buffer_append_text(kept, "\n");
    if (r == 0)
        r = buffer_append(kept, before.start, (size_t) (before.end - before.start));
    if (r == 0)
        r = buffer_append_text(kept, "\n");
    return r < 0 ? r : buffer_append(kept, theirs.start, (size_t) (theirs.end - theirs.start));
}

/* The foreign value is that of the backup, or what was written since. */
static int edit_value(const struct edit *edit, struct span part, struct error *err)
{
    _cleanup_json_ struct json *proxies = NULL;
    _cleanup_buffer_ struct buffer object = { 0 };
    const struct docker_backup backup = read_backup(&edit->backup->bytes);
    struct span ours;
    int r = find_ours(&backup, part, &ours);
    if (r < 0)
        return r;
    const struct span theirs = ours.start ? backup.theirs : part;
    r = parse_proxies(theirs, &proxies, err);
    if (r == -EBADMSG && ours.start)
        error_prefix(err, "the backup of its value: ");
    if (r < 0)
        return r;
    if (!environment_proxy(edit->environment))
        return json_edit_replace(&edit->old->bytes, part, theirs, edit->ret);
    r = append_object(edit->environment, proxies, theirs, &object);
    if (r == 0)
        r = json_edit_replace(&edit->old->bytes, part, span_of(&object), edit->ret);
    if (r < 0)
        return r;
    if (ours.start && buffer_equal(&edit->ret->bytes, &edit->old->bytes))
        return content_copy(edit->backup, edit->ret_backup);
    edit->ret_backup->exists = true;
    return write_backup(edit, ours, theirs, &edit->ret_backup->bytes);
}

int docker_json_render(const struct edit *edit, struct error *err)
{
    _cleanup_json_ struct json *document = NULL;
    struct found found = { 0 };
    /* What is not ours to change does not have to be valid. */
    if (!environment_proxy(edit->environment) && !edit->backup->exists)
        return content_copy(edit->old, edit->ret);
    int r = open_proxies(edit->old, &document, &found, err);
    if (r == -ENOENT)
        return content_copy(edit->old, edit->ret);
    if (r < 0)
        return r;
    return edit_value(edit, json_edit_find(span_of(&edit->old->bytes), found.number).value, err);
}

static bool docker_json_is_read(const struct json *proxies, const char *name, const char *value)
{
    struct found found;
    return docker_json_find(proxies, name, &found) == 0 && json_type(found.value) == JSON_STRING &&
           strcmp(json_string(found.value), value) == 0;
}

int docker_json_verify(
    const struct environment *environment, const struct content *content, struct error *err)
{
    _cleanup_json_ struct json *document = NULL;
    struct found proxies = { 0 };
    int r = open_proxies(content, &document, &proxies, err);
    if (r < 0)
        return r == -ENOENT ? 0 : r;
    for (size_t i = 0; i < NAMES; i++)
        if (docker_json_value_of(environment, i) &&
            !docker_json_is_read(proxies.value, names[i], docker_json_value_of(environment, i)))
            return error_set(
                err, EX_IOERR, -EBADMSG, "dockerd would not read \"%s\" as it was meant", names[i]);
    return 0;
}

int docker_json_get(const struct buffer *file, const char *name, char **ret)
{
    const struct content content = { .exists = true, .bytes = *file };
    _cleanup_json_ struct json *document = NULL;
    struct found proxies = { 0 };
    int r = open_proxies(&content, &document, &proxies, NULL);
    const struct json *value = r == 0 ? value_in(proxies.value, name) : NULL;
    if (r == -ENOMEM || !value || json_type(value) != JSON_STRING)
        return r == -ENOMEM ? r : -ENOENT;
    *ret = mem_strdup(json_string(value));
    return *ret ? 0 : -ENOMEM;
}
