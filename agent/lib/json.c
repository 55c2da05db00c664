/* SPDX-License-Identifier: MIT */
/* A person who wrote a wrong settings file needs the line and the cause; cJSON gives neither, and
 * lets a NUL cut a string. Both are added here, and no other file knows cJSON. */

#include "lib/json.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <string.h>

#include "lib/array.h"
#include "lib/memory.h"
#include "lib/printable.h"
#include "lib/utf8.h"

/* A struct json is a cJSON by another name; nothing else is ever behind the pointer. */
static const cJSON *inner(const struct json *value)
{
    return (const cJSON *) (const void *) value;
}

static cJSON *inner_mutable(struct json *value)
{
    return (cJSON *) (void *) value;
}

static struct json *outer(cJSON *value)
{
    return (struct json *) (void *) value;
}

static const struct json *outer_const(const cJSON *value)
{
    return (const struct json *) (const void *) value;
}

void json_init(void)
{
    cJSON_InitHooks(&(cJSON_Hooks){ .malloc_fn = mem_alloc, .free_fn = mem_free });
}

static size_t line_at(const char *text, const char *position)
{
    size_t line = 1;
    for (; text < position; text++)
        line += *text == '\n';
    return line;
}

/* Finds a backslash-u0000 that is an escape, not the text of one ("\\u0000"). */
static const char *find_escaped_nul(const char *text, size_t size)
{
    const char *end = text + size;
    for (const char *p = text; p < end; p++) {
        if (*p != '\\')
            continue;
        if (end - p >= 6 && memcmp(p, "\\u0000", 6) == 0)
            return p;
        p++; /* what follows a backslash is part of the escape */
    }
    return NULL;
}

static const char *find_nul(const char *text, size_t size)
{
    const char *nul = size > 0 ? memchr(text, '\0', size) : NULL;
    return nul ? nul : find_escaped_nul(text, size);
}

/* To cJSON every control character is a blank. */
static const char *json_skip_blanks(const char *p, const char *end)
{
    while (p < end && (unsigned char) *p <= ' ')
        p++;
    return p;
}

int json_parse(const char *text, size_t size, struct json **ret, struct error *err)
{
    if (!text)
        text = "";
    const char *nul = find_nul(text, size);
    if (nul)
        return error_set(
            err, EX_DATAERR, -EBADMSG, "line %zu: not valid JSON: a NUL", line_at(text, nul));

    /* cJSON knows the byte order mark, but not in front of a short text. */
    const char *stop = NULL, *end = text + size;
    size_t mark = utf8_mark_length(text, size);
    text += mark;
    size -= mark;
    if (mark > 0 && utf8_mark_length(text, size) > 0)
        size = 0; /* cJSON would pass over the second one, too */
    mem_forget_failure();
    cJSON *document = cJSON_ParseWithLengthOpts(text, size, &stop, false);
    if (!document && mem_has_failed()) /* to cJSON that is the same */
        return error_no_memory(err);
    if (document && stop)
        stop = json_skip_blanks(stop, end);
    if (document && stop != end) {
        /* cJSON ignores what follows the value. */
        cJSON_Delete(document);
        document = NULL;
    }
    if (!document)
        return error_set(err, EX_DATAERR, -EBADMSG, "line %zu: not valid JSON",
            line_at(text, stop ? stop : text));
    *ret = outer(document);
    return 0;
}

void json_free(struct json *document)
{
    cJSON_Delete(inner_mutable(document));
}

enum json_type json_type(const struct json *value)
{
    static const struct {
        int cjson;
        enum json_type type;
    } types[] = {
        { cJSON_NULL, JSON_NULL },
        { cJSON_False, JSON_BOOL },
        { cJSON_True, JSON_BOOL },
        { cJSON_Number, JSON_NUMBER },
        { cJSON_String, JSON_STRING },
        { cJSON_Array, JSON_ARRAY },
        { cJSON_Object, JSON_OBJECT },
    };
    for (size_t i = 0; i < ELEMENTSOF(types); i++)
        if ((inner(value)->type & 0xff) == types[i].cjson)
            return types[i].type;
    return JSON_NULL;
}

const char *json_type_name(enum json_type type)
{
    static const char *const names[] = {
        [JSON_NULL] = "null",
        [JSON_BOOL] = "a boolean",
        [JSON_NUMBER] = "a number",
        [JSON_STRING] = "a string",
        [JSON_ARRAY] = "a list",
        [JSON_OBJECT] = "an object",
    };
    return names[type];
}

const char *json_string(const struct json *string)
{
    return inner(string)->valuestring;
}

bool json_bool(const struct json *boolean)
{
    return cJSON_IsTrue(inner(boolean));
}

double json_number(const struct json *number)
{
    return inner(number)->valuedouble;
}

const struct json *json_first(const struct json *container)
{
    return outer_const(inner(container)->child);
}

const struct json *json_next(const struct json *value)
{
    return outer_const(inner(value)->next);
}

const char *json_key(const struct json *member)
{
    return inner(member)->string;
}

int json_member(const struct json *object, const char *key, const struct json **ret)
{
    const struct json *found = NULL;
    for (const struct json *m = json_first(object); m; m = json_next(m)) {
        if (strcmp(json_key(m), key) != 0)
            continue;
        if (found)
            return -ENOTUNIQ;
        found = m;
    }
    if (!found)
        return -ENOENT;
    *ret = found;
    return 0;
}

/* Counts the keys that stand before `member` in the order of the text, which is the order of the
 * tree. Returns whether it was found. */
static bool count_keys_before(const cJSON *container, const cJSON *member, size_t *count)
{
    for (const cJSON *v = container->child; v; v = v->next) {
        if (v == member)
            return true;
        *count += v->string != NULL;
        if (count_keys_before(v, member, count))
            return true;
    }
    return false;
}

/* The end of the string whose opening quote is at p. */
static const char *string_end(const char *p, const char *end)
{
    for (p++; p < end && *p != '"'; p++)
        if (*p == '\\')
            p++;
    return p < end ? p + 1 : end;
}

size_t json_line_of(
    const char *text, size_t size, const struct json *document, const struct json *member)
{
    size_t before = 0;
    if (!count_keys_before(inner(document), inner(member), &before))
        return 1;

    /* In valid JSON a string is a key when, and only when, a colon follows it. */
    const char *end = text + size;
    for (const char *p = text; p < end; p++) {
        if (*p != '"')
            continue;
        const char *after = string_end(p, end), *next = json_skip_blanks(after, end);
        if (next < end && *next == ':' && before-- == 0)
            return line_at(text, p);
        p = after - 1;
    }
    return 1;
}

struct json *json_new_object(void)
{
    return outer(cJSON_CreateObject());
}

struct json *json_new_array(void)
{
    return outer(cJSON_CreateArray());
}

static struct json *json_add(struct json *container, const char *key, cJSON *value)
{
    if (!container || !value) {
        cJSON_Delete(value);
        return NULL;
    }
    cJSON_bool added = key ? cJSON_AddItemToObject(inner_mutable(container), key, value)
                           : cJSON_AddItemToArray(inner_mutable(container), value);
    if (!added) {
        cJSON_Delete(value);
        return NULL;
    }
    return outer(value);
}

struct json *json_add_object(struct json *container, const char *key)
{
    return json_add(container, key, cJSON_CreateObject());
}

struct json *json_add_array(struct json *container, const char *key)
{
    return json_add(container, key, cJSON_CreateArray());
}

struct json *json_add_string(struct json *container, const char *key, const char *value)
{
    _cleanup_buffer_ struct buffer valid = { 0 };
    if (!value)
        return json_add(container, key, cJSON_CreateNull());
    bool ok = utf8_append(value, strlen(value), &valid) == 0 && buffer_append(&valid, "", 0) == 0;
    return ok ? json_add(container, key, cJSON_CreateString(valid.data)) : NULL;
}

struct json *json_add_bool(struct json *container, const char *key, bool value)
{
    return json_add(container, key, cJSON_CreateBool(value));
}

struct json *json_add_number(struct json *container, const char *key, double value)
{
    return json_add(container, key, cJSON_CreateNumber(value));
}

static int append_escape(uint32_t code, struct buffer *ret)
{
    if (code < 0x10000)
        return buffer_printf(ret, "\\u%04x", (unsigned int) code);
    code -= 0x10000;
    return buffer_printf(ret, "\\u%04x\\u%04x", 0xd800u + (code >> 10), 0xdc00u + (code & 0x3ff));
}

/* cJSON escapes the control characters of ASCII except DEL. Others stand in strings only. */
static int append_printable(const char *text, struct buffer *ret)
{
    int r = 0;
    for (size_t left = strlen(text); r == 0 && left > 0;) {
        size_t size = utf8_character_length(text, left);
        uint32_t code = size > 0 ? utf8_code_point(text, size) : 0xfffd;
        bool is_plain = size > 0 && (*text == '\n' || *text == '\t' || printable_is_plain(code));
        size = size > 0 ? size : 1;
        r = is_plain ? buffer_append(ret, text, size) : append_escape(code, ret);
        text += size;
        left -= size;
    }
    return r;
}

int json_print(const struct json *value, struct buffer *ret)
{
    _cleanup_mem_ char *text = value ? cJSON_Print(inner(value)) : NULL;
    if (!text || append_printable(text, ret) < 0)
        return -ENOMEM;
    return buffer_append_text(ret, "\n");
}
