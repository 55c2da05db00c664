/* SPDX-License-Identifier: MIT */
#pragma once

/* JSON, read and written with cJSON; the only part of the agent that knows cJSON.
 *
 * A value is borrowed from its document and goes with it. */

#include <stdbool.h>
#include <stddef.h>

#include "lib/buffer.h"
#include "lib/cleanup.h"
#include "lib/error.h"

struct json;

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* Makes cJSON use memory that is wiped before it is freed. Call once, first. */
void json_init(void);

/* Parses a whole text of `size` bytes (NULL: none); a UTF-8 byte order mark in front is allowed. On
 * failure returns -EBADMSG and an error that begins with the line, "line 3: …", and quotes nothing
 * of the text; or -ENOMEM and the error of that. A NUL in a string, raw or escaped, is refused: C
 * strings would end there.
 * The caller frees *ret with json_free(). */
int json_parse(const char *text, size_t size, struct json **ret, struct error *err);
void json_free(struct json *document);

enum json_type json_type(const struct json *value);

/* "a string", "an object", …: for messages. */
const char *json_type_name(enum json_type type);

/* The value's own content; call only for a value of that type. */
const char *json_string(const struct json *string);
bool json_bool(const struct json *boolean);
double json_number(const struct json *number);

/* Walks the members of an object or the elements of an array; NULL at the end. */
const struct json *json_first(const struct json *container);
const struct json *json_next(const struct json *value);

/* The key of a member. */
const char *json_key(const struct json *member);

/* The member of that exact name: 0 and *ret, -ENOENT when there is none, -ENOTUNIQ when it is there
 * more than once (readers differ on which one counts, so none does here). */
int json_member(const struct json *object, const char *key, const struct json **ret);

/* The line, from 1, on which a member's key stands in the text that the document was parsed from.
 */
size_t json_line_of(
    const char *text, size_t size, const struct json *document, const struct json *member);

/* Writing. Each adds a member to an object, or with key NULL an element to an array, and returns
 * the new value, or NULL when memory is short or the container is NULL, so that calls can be
 * nested. */
struct json *json_new_object(void);
struct json *json_new_array(void);
struct json *json_add_object(struct json *container, const char *key);
struct json *json_add_array(struct json *container, const char *key);
/* NULL is written as null; of what is not UTF-8 each byte as U+FFFD. */
struct json *json_add_string(struct json *container, const char *key, const char *value);
struct json *json_add_bool(struct json *container, const char *key, bool value);
struct json *json_add_number(struct json *container, const char *key, double value);

/* Appends the text, indented, and a newline; what does not print is escaped (lib/printable.h). 0 or
 * -ENOMEM, which it is for NULL, too. */
int json_print(const struct json *value, struct buffer *ret);

static inline void cleanup_json(struct json **document)
{
    json_free(*document);
}

#define _cleanup_json_ _cleanup_(cleanup_json)
