/* SPDX-License-Identifier: MIT */
/* What systemd would read differently from what was written is found here, before a service starts
 * with it. The states are those of src/basic/env-file.c, which the file is read by character by
 * character: a carriage return ends a line, a quote can go on over lines. */

#include "formats/env_file.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "lib/memory.h"
#include "lib/utf8.h"

#define WHITE   " \t\n\r"
#define NEWLINE "\n\r"

/* Where in the file the reader is. */
enum env_state {
    ENV_PRE_KEY,
    ENV_KEY,
    ENV_PRE_VALUE,
    ENV_VALUE,
    ENV_VALUE_ESCAPE,
    ENV_SINGLE,
    ENV_DOUBLE,
    ENV_DOUBLE_ESCAPE,
    ENV_COMMENT,
    ENV_COMMENT_ESCAPE,
};

struct env_reader {
    enum env_state state;
    struct buffer key, value;
    size_t value_end; /* behind what blanks at the end do not belong to */
    const char *name; /* the variable that is looked for */
    char *found;
    size_t line; /* from 1 */
};

static bool env_is_one_of(char c, const char *set)
{
    return c && strchr(set, c);
}

/* The assignment is complete. 0; -EILSEQ when it is not UTF-8, which ends the reading; or -ENOMEM.
 */
static int env_push(struct env_reader *reader)
{
    struct buffer *key = &reader->key, *value = &reader->value;
    size_t length = key->size;
    if (reader->state == ENV_VALUE)
        value->size = reader->value_end;
    while (length > 0 && env_is_one_of(key->data[length - 1], WHITE))
        length--;
    if (!utf8_is_valid(key->data, length) ||
        (value->data && !utf8_is_valid(value->data, value->size)))
        return -EILSEQ;
    if (length == strlen(reader->name) && memcmp(key->data, reader->name, length) == 0) {
        mem_free(reader->found);
        reader->found = mem_strndup(value->data ? value->data : "", value->size);
        if (!reader->found)
            return -ENOMEM;
    }
    reader->state = ENV_PRE_KEY;
    key->size = value->size = reader->value_end = 0;
    return 0;
}

/* Appends to the value; blanks count when something follows them. */
static int env_keep(struct env_reader *reader, char c, bool is_blank)
{
    int r = buffer_append(&reader->value, &c, 1);
    if (!is_blank)
        reader->value_end = reader->value.size;
    return r;
}

static int env_read_key(struct env_reader *reader, char c)
{
    bool is_start = reader->state == ENV_PRE_KEY;
    if (is_start && env_is_one_of(c, "#;"))
        reader->state = ENV_COMMENT;
    else if (is_start && env_is_one_of(c, WHITE))
        return 0;
    else if (env_is_one_of(c, NEWLINE)) {
        reader->state = ENV_PRE_KEY;
        reader->key.size = 0;
    } else if (!is_start && c == '=')
        reader->state = ENV_PRE_VALUE;
    else {
        reader->state = ENV_KEY;
        return buffer_append(&reader->key, &c, 1);
    }
    return 0;
}

/* Outside quotes. Behind them only blanks are left out; a backslash takes the next character as it
 * is, or the end of the line with it. */
static int env_read_value(struct env_reader *reader, char c)
{
    bool is_start = reader->state == ENV_PRE_VALUE;
    if (reader->state == ENV_VALUE_ESCAPE) {
        reader->state = ENV_VALUE;
        return env_is_one_of(c, NEWLINE) ? 0 : env_keep(reader, c, false);
    }
    if (env_is_one_of(c, NEWLINE))
        return env_push(reader);
    if (is_start && c == '\'')
        reader->state = ENV_SINGLE;
    else if (is_start && c == '"')
        reader->state = ENV_DOUBLE;
    else if (c == '\\') {
        reader->value_end = reader->value.size;
        reader->state = ENV_VALUE_ESCAPE;
    } else if (!is_start || !env_is_one_of(c, WHITE)) {
        reader->state = ENV_VALUE;
        return env_keep(reader, c, env_is_one_of(c, WHITE));
    }
    return 0;
}

static int env_read_quoted(struct env_reader *reader, char c)
{
    if (reader->state == ENV_DOUBLE_ESCAPE) {
        reader->state = ENV_DOUBLE;
        if (c == '\n')
            return 0;
        int r = env_is_one_of(c, "\"\\`$") ? 0 : env_keep(reader, '\\', false);
        return r < 0 ? r : env_keep(reader, c, false);
    }
    if (c == (reader->state == ENV_SINGLE ? '\'' : '"'))
        reader->state = ENV_PRE_VALUE;
    else if (reader->state == ENV_DOUBLE && c == '\\')
        reader->state = ENV_DOUBLE_ESCAPE;
    else
        return env_keep(reader, c, false);
    return 0;
}

/* Up to 253 a comment goes on behind a backslash at its end, later not: with the older readers less
 * is read. */
static int env_read_comment(struct env_reader *reader, char c)
{
    if (reader->state == ENV_COMMENT_ESCAPE)
        reader->state = ENV_COMMENT;
    else if (c == '\\')
        reader->state = ENV_COMMENT_ESCAPE;
    else if (env_is_one_of(c, NEWLINE))
        reader->state = ENV_PRE_KEY;
    return 0;
}

static int env_read_file(struct env_reader *reader, const struct buffer *file)
{
    static int (*const read[])(struct env_reader *, char) = {
        [ENV_PRE_KEY] = env_read_key,
        [ENV_KEY] = env_read_key,
        [ENV_PRE_VALUE] = env_read_value,
        [ENV_VALUE] = env_read_value,
        [ENV_VALUE_ESCAPE] = env_read_value,
        [ENV_SINGLE] = env_read_quoted,
        [ENV_DOUBLE] = env_read_quoted,
        [ENV_DOUBLE_ESCAPE] = env_read_quoted,
        [ENV_COMMENT] = env_read_comment,
        [ENV_COMMENT_ESCAPE] = env_read_comment,
    };
    for (size_t i = 0; i < file->size; i++) {
        char c = file->data[i];
        int r = c ? read[reader->state](reader, c) : -EILSEQ;
        if (r < 0)
            return r;
        reader->line += c == '\n';
    }
    bool is_open = reader->state >= ENV_PRE_VALUE && reader->state <= ENV_DOUBLE_ESCAPE;
    return is_open ? env_push(reader) : 0;
}

/* As env_file_get(), with the line where the reading ended. */
static int env_file_find(const struct buffer *file, const char *name, char **ret, size_t *ret_line)
{
    struct env_reader reader = { .name = name, .line = 1 };
    int r = env_read_file(&reader, file);
    buffer_free(&reader.key);
    buffer_free(&reader.value);
    *ret_line = reader.line;
    if (r == 0 && reader.found) {
        *ret = reader.found;
        return 0;
    }
    mem_free(reader.found);
    return r < 0 ? r : -ENOENT;
}

int env_file_get(const struct buffer *file, const char *name, char **ret)
{
    size_t line;
    int r = env_file_find(file, name, ret, &line);
    return r == -EILSEQ ? -ENOENT : r;
}

int env_file_verify(
    const struct environment *environment, const struct content *content, struct error *err)
{
    _cleanup_mem_ char *value = NULL;
    size_t line = 0;
    if (env_file_find(&content->bytes, "", &value, &line) == -EILSEQ)
        return error_set(err, EX_IOERR, -EBADMSG,
            "line %zu is not UTF-8, and systemd would read nothing of the file", line);
    return variables_verify(environment, content, "systemd", env_file_get, err);
}
