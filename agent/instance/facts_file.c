/* SPDX-License-Identifier: MIT */
/* JSON. A fact is a row of the table. */

#include "instance/facts_file.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "files/atomic.h"
#include "files/paths.h"
#include "lib/array.h"
#include "lib/json.h"
#include "lib/memory.h"

enum {
    FORMAT = 1, /* of the file: a change that an older agent would read wrongly makes it 2 */
    FILE_MAX = 64 * 1024,
};

struct kept_fact {
    const char *key;
    size_t offset; /* in struct facts, of what is given to put and read */
    bool (*put)(const void *data, struct json *object, const char *key);
    int (*read)(const struct buffer *body, void *data, struct error *err);
};

static bool put_word(const void *data, struct json *object, const char *key)
{
    return json_add_string(object, key, *(char *const *) data);
}

static bool put_list(
    const struct address blocks[], size_t count, struct json *object, const char *key)
{
    struct json *list = json_add_array(object, key);
    bool ok = list;
    for (size_t i = 0; ok && i < count; i++) {
        char text[ADDRESS_TEXT_MAX];
        address_format(&blocks[i], text);
        ok = json_add_string(list, NULL, text);
    }
    return ok;
}

static bool put_blocks(const void *data, struct json *object, const char *key)
{
    const struct facts *facts = data;
    return put_list(facts->vpc_blocks, facts->vpc_block_count, object, key);
}

static bool put_ipv6_blocks(const void *data, struct json *object, const char *key)
{
    const struct facts *facts = data;
    return put_list(facts->vpc_ipv6_blocks, facts->vpc_ipv6_block_count, object, key);
}

static const struct kept_fact kept_facts[] = {
    { "region", offsetof(struct facts, region), put_word, facts_read_region },
    { "domain", offsetof(struct facts, domain), put_word, facts_read_domain },
    { "vpc_ipv4_blocks", 0, put_blocks, facts_read_blocks },
    { "vpc_ipv6_blocks", 0, put_ipv6_blocks, facts_read_ipv6_blocks },
};

int facts_file_render(const struct facts *facts, const char *machine, struct buffer *ret)
{
    _cleanup_json_ struct json *object = json_new_object();
    bool ok =
        json_add_number(object, "format", FORMAT) && json_add_string(object, "machine", machine);
    for (size_t i = 0; ok && i < ELEMENTSOF(kept_facts); i++)
        ok = kept_facts[i].put(
            (const char *) facts + kept_facts[i].offset, object, kept_facts[i].key);
    return json_print(ok ? object : NULL, ret);
}

/* The value as the metadata service would have sent it: a word, or a line for each of a list. */
static int append_body(const struct json *value, struct buffer *ret, struct error *err)
{
    bool is_list = json_type(value) == JSON_ARRAY;
    for (const struct json *v = is_list ? json_first(value) : value; v;
         v = is_list ? json_next(v) : NULL) {
        if (json_type(v) != JSON_STRING)
            return error_set(err, EX_DATAERR, -EBADMSG, "it is %s", json_type_name(json_type(v)));
        if (buffer_printf(ret, "%s%s", json_string(v), is_list ? "\n" : "") < 0)
            return error_no_memory(err);
    }
    return 0;
}

static int read_fact(
    const struct kept_fact *fact, const struct json *object, struct facts *facts, struct error *err)
{
    const struct json *value = NULL;
    _cleanup_buffer_ struct buffer body = { 0 };
    int r = json_member(object, fact->key, &value);
    if (r == -ENOENT || (r == 0 && json_type(value) == JSON_NULL))
        return 0;
    r = r < 0 ? error_set(err, EX_DATAERR, -EBADMSG, "it is there twice")
              : append_body(value, &body, err);
    if (r == 0)
        r = fact->read(&body, (char *) facts + fact->offset, err);
    if (r < 0)
        error_prefix(err, "\"%s\": ", fact->key);
    return r;
}

static int check_format(const struct json *document, struct error *err)
{
    const struct json *format = NULL;
    if (json_type(document) != JSON_OBJECT)
        return error_set(err, EX_DATAERR, -EBADMSG, "it is not a JSON object");
    if (json_member(document, "format", &format) < 0 || json_type(format) != JSON_NUMBER ||
        json_number(format) != FORMAT)
        return error_set(err, EX_DATAERR, -EBADMSG, "its format is not %d", FORMAT);
    return 0;
}

static bool is_of(const struct json *document, const char *machine)
{
    const struct json *value = NULL;
    return json_member(document, "machine", &value) == 0 && json_type(value) == JSON_STRING &&
           strcmp(json_string(value), machine) == 0;
}

int facts_file_parse(
    const struct buffer *text, const char *machine, struct facts *ret, struct error *err)
{
    _cleanup_json_ struct json *document = NULL;
    _cleanup_facts_ struct facts facts = { 0 };
    int r = json_parse(text->data ? text->data : "", text->size, &document, err);
    if (r < 0)
        return r;
    r = check_format(document, err);
    if (r < 0)
        return r;
    if (!is_of(document, machine))
        return -EXDEV;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(kept_facts); i++)
        r = read_fact(&kept_facts[i], document, &facts, err);
    if (r < 0)
        return r;
    *ret = facts;
    facts = (struct facts){ 0 };
    return 0;
}

int facts_file_read(
    const struct tree *tree, const char *machine, struct facts *ret, struct error *err)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    int r = tree_read(tree, PATH_FACTS, FILE_MAX, &text, NULL);
    if (r == -ENOENT)
        return r;
    if (r == -ENOMEM)
        return error_no_memory(err);
    if (r < 0)
        return error_set(err, error_file_status(r), r, "%s", tree_reason(r));
    return facts_file_parse(&text, machine, ret, err);
}

int facts_file_write(const struct tree *tree, const char *machine, const struct facts *facts)
{
    _cleanup_buffer_ struct buffer before = { 0 }, after = { 0 };
    int r = facts_file_render(facts, machine, &after);
    if (r < 0)
        return r;
    if (tree_read(tree, PATH_FACTS, FILE_MAX, &before, NULL) == 0 && buffer_equal(&before, &after))
        return 0;
    return atomic_write(tree, PATH_FACTS, &after, 0600, NULL);
}

int facts_file_remove(const struct tree *tree)
{
    return atomic_remove(tree, PATH_FACTS, NULL);
}
