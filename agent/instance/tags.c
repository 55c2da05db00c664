/* SPDX-License-Identifier: MIT */
/* Keys are a line each; a tag that goes between the two requests is no error. */

#include "instance/tags.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/lines.h"
#include "lib/memory.h"

#define TAGS_PATH "tags/instance"

enum { TAG_KEY_MAX = 128, TAG_VALUE_MAX = 1024 /* 256 characters of UTF-8 */ };

/* Those that the metadata service can have: of others it has none at all. */
static bool is_tag_key(const struct line *line)
{
    for (size_t i = 0; i < line->length; i++)
        if (!isalnum((unsigned char) line->text[i]) && !strchr("+-=._,:@", line->text[i]))
            return false;
    return line->length > 0 && line->length <= TAG_KEY_MAX;
}

/* Appends the keys, a line each. */
static int read_tag_keys(const struct buffer *body, void *data, struct error *err)
{
    struct strings *keys = data;
    for (struct line line = { 0 }; line_next(body, &line);) {
        if (!is_tag_key(&line) || keys->count >= TAGS_MAX)
            return error_set(err, EX_DATAERR, -EBADMSG, "line %zu of the answer is no tag's key",
                keys->count + 1);
        if (strings_append_n(keys, line.text, line.length) < 0)
            return error_no_memory(err);
    }
    return 0;
}

static int read_tag_value(const struct buffer *body, void *data, struct error *err)
{
    char **value = data;
    if (body->size > TAG_VALUE_MAX || memchr(body->data ? body->data : "", '\0', body->size))
        return error_set(err, EX_DATAERR, -EBADMSG, "the answer is no tag's value");
    mem_free(*value);
    *value = mem_strndup(body->data ? body->data : "", body->size);
    return *value ? 0 : error_no_memory(err);
}

static int tags_read_values(
    struct imds_client *client, const struct strings *wanted, struct tags *tags, struct error *err)
{
    struct imds_query queries[TAGS_MAX] = { 0 };
    char *values[TAGS_MAX] = { 0 };
    _cleanup_strings_ struct strings paths = { 0 };
    int r = 0;
    for (size_t i = 0; r == 0 && i < wanted->count; i++)
        r = strings_printf(&paths, TAGS_PATH "/%s", wanted->items[i]);
    for (size_t i = 0; r == 0 && i < wanted->count; i++)
        queries[i] = (struct imds_query){
            .path = paths.items[i], .read = read_tag_value, .data = &values[i]
        };
    r = r < 0 ? error_no_memory(err) : imds_client_ask(client, queries, wanted->count, err);
    for (size_t i = 0; i < wanted->count; i++) {
        if (r == 0 && values[i] &&
            (strings_append(&tags->keys, wanted->items[i]) < 0 ||
                strings_append(&tags->values, values[i]) < 0))
            r = error_no_memory(err);
        mem_free(values[i]);
    }
    return r;
}

int tags_read(struct imds_client *client, const char *prefix, struct tags *ret, struct error *err)
{
    _cleanup_strings_ struct strings keys = { 0 }, wanted = { 0 };
    struct imds_query query = { .path = TAGS_PATH, .read = read_tag_keys, .data = &keys };
    int r = imds_client_ask(client, &query, 1, err);
    if (r < 0)
        return r;
    ret->are_absent = query.state == IMDS_IS_ABSENT;
    for (size_t i = 0; i < keys.count; i++)
        if (strncmp(keys.items[i], prefix, strlen(prefix)) == 0 &&
            strings_append(&wanted, keys.items[i]) < 0)
            return error_no_memory(err);
    return wanted.count > 0 ? tags_read_values(client, &wanted, ret, err) : 0;
}

void tags_free(struct tags *tags)
{
    strings_free(&tags->keys);
    strings_free(&tags->values);
    *tags = (struct tags){ 0 };
}
