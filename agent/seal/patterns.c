/* SPDX-License-Identifier: MIT */
/* Shapes are a table (kinds.c); values come from the settings, in all forms in which programs write
 * them. */

#include "seal/patterns.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/memory.h"
#include "seal/kinds.h"

/* A shorter word would be found in every other file. */
enum { WORD_MIN = 6, PAIR_MIN = 7 /* without the colon */ };

void seal_values_free(struct seal_values *values)
{
    strings_free(&values->passwords);
    strings_free(&values->users);
    strings_free(&values->instances);
    strings_free(&values->accounts);
    strings_free(&values->addresses);
}

bool seal_is_instance_id(const char *text)
{
    size_t length = strlen(text);
    return (length == 2 + 17 || length == 2 + 8) && strncmp(text, "i-", 2) == 0 &&
           strspn(text + 2, "0123456789abcdef") == length - 2;
}

/* The settings that stay are the operator's choice, see known_values.c. */
enum { NOT_SETTINGS = TRACE_ANYWHERE & ~TRACE_IN_SETTINGS };

static int add_source(struct forms *forms, enum seal_kind kind, const char *text)
{
    const struct form_source source = {
        .kind = kind,
        .where = kind == TRACE_PASSWORD || kind == TRACE_USER ? NOT_SETTINGS : TRACE_ANYWHERE,
        .text = text,
        .is_word = kind == TRACE_USER || kind == TRACE_ACCOUNT || kind == TRACE_ADDRESS,
    };
    return forms_add(forms, &source);
}

/* A value between two texts, where it can only be a login. */
static int add_framed(struct forms *forms, enum seal_kind kind, const char *before,
    const char *text, const char *after)
{
    _cleanup_buffer_ struct buffer framed = { 0 };
    const struct form_source source = { .kind = kind, .where = NOT_SETTINGS };
    struct form_source with_text = source;
    if (buffer_printf(&framed, "%s%s%s", before, text, after) < 0)
        return -ENOMEM;
    with_text.text = framed.data;
    return forms_add(forms, &with_text);
}

static int note_short(enum seal_kind kind, struct strings *notes)
{
    _cleanup_buffer_ struct buffer note = { 0 };
    int r = buffer_printf(&note,
        "a %s has fewer than %d bytes: it is looked for in URLs only, not by itself",
        seal_kind_name(kind), WORD_MIN);
    return r < 0 ? r : strings_add_unique(notes, note.data);
}

static int add_short_user(struct forms *forms, const char *user)
{
    int r = add_framed(forms, TRACE_USER, "//", user, ":");
    return r < 0 ? r : add_framed(forms, TRACE_USER, "//", user, "@");
}

/* Also as "user:password", the form of curl's options and, in base64, of the header. */
static int add_short_password(
    struct forms *forms, const char *password, const struct strings *users)
{
    int r = add_framed(forms, TRACE_PASSWORD, ":", password, "@");
    for (size_t i = 0; r == 0 && i < users->count; i++)
        if (strlen(users->items[i]) + strlen(password) >= PAIR_MIN)
            r = add_framed(forms, TRACE_PASSWORD, users->items[i], ":", password);
    return r;
}

static int add_value(struct forms *forms, enum seal_kind kind, const char *value,
    const struct strings *users, struct strings *notes)
{
    if (strlen(value) >= WORD_MIN)
        return add_source(forms, kind, value);
    if (!*value)
        return 0;
    int r =
        kind == TRACE_USER ? add_short_user(forms, value) : add_short_password(forms, value, users);
    return r < 0 ? r : note_short(kind, notes);
}

/* Each value once, however often the settings have it. */
static int add_values(struct forms *forms, enum seal_kind kind, const struct strings *values,
    const struct strings *users, struct strings *notes)
{
    _cleanup_strings_ struct strings added = { 0 };
    int r = 0;
    for (size_t i = 0; r == 0 && i < values->count; i++) {
        size_t count = added.count;
        r = strings_add_unique(&added, values->items[i]);
        if (r == 0 && added.count > count)
            r = add_value(forms, kind, values->items[i], users, notes);
    }
    return r;
}

static int add_ids(struct forms *forms, enum seal_kind kind, const struct strings *ids)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < ids->count; i++)
        r = add_source(forms, kind, ids->items[i]);
    return r;
}

static int gather(const struct seal_values *values, struct forms *forms, struct strings *notes)
{
    int r = add_values(forms, TRACE_PASSWORD, &values->passwords, &values->users, notes);
    if (r == 0)
        r = add_values(forms, TRACE_USER, &values->users, &values->users, notes);
    if (r == 0)
        r = add_ids(forms, TRACE_INSTANCE, &values->instances);
    if (r == 0)
        r = add_ids(forms, TRACE_ACCOUNT, &values->accounts);
    return r < 0 ? r : add_ids(forms, TRACE_ADDRESS, &values->addresses);
}

int seal_scan_new(const struct seal_values *values, struct strings *notes, struct scan **ret)
{
    size_t shapes = seal_shapes_count - (values->all_keys ? 0 : seal_shapes_of_keys);
    _cleanup_forms_ struct forms forms = { 0 };
    struct matcher *matcher = NULL;
    int r = gather(values, &forms, notes);
    if (r == 0)
        r = matcher_new(&forms, &matcher);
    return r < 0 ? r : scan_new(seal_shapes, shapes, matcher, ret);
}

/* A path, and which of its bytes are not shown. */
struct hiding {
    const char *path;
    bool *hidden;
};

/* A hit may be the beginning of the value only. */
static void hide(const struct scan_hit *hit, void *data)
{
    const struct hiding *hiding = data;
    size_t i = hit->offset, end = hit->offset + hit->length;
    for (; i < end || isalnum((unsigned char) hiding->path[i]) ||
           (hiding->path[i] && strchr("_-=", hiding->path[i]));
         i++)
        hiding->hidden[i] = true;
}

int seal_append_masked(struct scan *scan, const char *path, struct buffer *ret)
{
    size_t length = strlen(path);
    _cleanup_mem_ bool *hidden = mem_calloc(length + 1, sizeof(*hidden));
    if (!hidden)
        return -ENOMEM;
    scan_start(scan, TRACE_ANYWHERE, 0, hide, &(struct hiding){ path, hidden });
    scan_feed(scan, path, length);
    scan_end(scan);
    int r = 0;
    for (size_t i = 0; r == 0 && i < length; i++)
        if (!hidden[i])
            r = buffer_append(ret, path + i, 1);
        else if (i == 0 || !hidden[i - 1])
            r = buffer_append_text(ret, "***");
    return r;
}
