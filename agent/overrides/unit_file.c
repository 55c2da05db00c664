/* SPDX-License-Identifier: MIT */
/* Lines of units. */

#include "overrides/unit_file.h"

#include <errno.h>
#include <string.h>

#include "lib/ascii.h"
#include "lib/lines.h"

/* What a reader of lines hands on. */
struct unit_reader {
    unit_visit visit;
    void *data;
    const char *section; /* NULL: an environment file */
    bool is_inside;
};

static void trim_end(struct buffer *text)
{
    while (text->size > 0 && ascii_is_white(text->data[text->size - 1]))
        text->data[--text->size] = '\0';
}

/* Whether a character opens or ends a quoted text; *quote is what ends the open one, or NUL. */
static bool unit_takes_quote(char c, char *quote)
{
    if ((c != '"' && c != '\'') || (*quote && *quote != c))
        return false;
    if (*quote)
        *quote = '\0';
    else
        *quote = c;
    return true;
}

/* Takes the quotes off a value of an environment file. */
static int unquote(const char *value, struct buffer *ret)
{
    char quote = '\0';
    int r = buffer_append_text(ret, "");
    for (const char *p = value; r == 0 && *p; p++) {
        if (unit_takes_quote(*p, &quote))
            continue;
        p += *p == '\\' && quote != '\'' && p[1];
        r = buffer_append(ret, p, 1);
    }
    return r;
}

/* A whole line, its continuations joined. */
static int unit_read_line(struct unit_reader *reader, char *text, size_t number)
{
    _cleanup_buffer_ struct buffer value = { 0 };
    text += strspn(text, ASCII_WHITE);
    if (reader->section && *text == '[') {
        reader->is_inside = strncmp(text, reader->section, strlen(reader->section)) == 0;
        return 0;
    }
    char *equals = strchr(text, '=');
    if (!equals || equals == text || (reader->section && !reader->is_inside))
        return 0;
    char *key_end = equals;
    while (key_end > text && ascii_is_white(key_end[-1]))
        key_end--;
    *key_end = '\0';
    const char *start = equals + 1 + strspn(equals + 1, ASCII_WHITE);
    int r = reader->section ? buffer_append_text(&value, start) : unquote(start, &value);
    if (r < 0)
        return r;
    if (reader->section)
        trim_end(&value);
    return reader->visit(&(struct unit_setting){ text, value.data, number }, reader->data);
}

/* A line whose continuations are still to come. */
struct unit_open_line {
    struct buffer text;
    size_t number; /* of its first */
    bool is_open;
};

/* Joins one line to what is open, and reads the whole when it is complete. */
static int unit_join_line(
    struct unit_reader *reader, struct unit_open_line *open, const struct line *line, size_t number)
{
    if (!open->is_open)
        open->number = number;
    open->is_open = line->length > 0 && line->text[line->length - 1] == '\\';
    int r = buffer_append(&open->text, line->text, line->length - open->is_open);
    if (r == 0 && open->is_open)
        r = reader->section ? buffer_append_text(&open->text, " ") : 0;
    else if (r == 0) {
        r = unit_read_line(reader, open->text.data, open->number);
        open->text.size = 0;
    }
    return r;
}

/* Comments between its lines do not end one that goes on. */
static int unit_read_lines(const struct buffer *file, struct unit_reader *reader)
{
    struct unit_open_line open = { .number = 1 };
    size_t number = 0;
    int r = 0;
    for (struct line line = { 0 }; r == 0 && line_next(file, &line);) {
        const struct line trimmed = line_trim(&line);
        bool is_comment = trimmed.length > 0 && (*trimmed.text == '#' || *trimmed.text == ';');
        number++;
        if (!is_comment)
            r = unit_join_line(reader, &open, &trimmed, number);
    }
    if (r == 0 && open.text.size > 0)
        r = unit_read_line(reader, open.text.data, open.number);
    buffer_free(&open.text);
    return r;
}

int unit_file_read(const struct buffer *file, const char *section, unit_visit visit, void *data)
{
    struct unit_reader reader = { visit, data, .section = section };
    return unit_read_lines(file, &reader);
}

int unit_environment_read(const struct buffer *file, unit_visit visit, void *data)
{
    struct unit_reader reader = { visit, data, .section = NULL };
    return unit_read_lines(file, &reader);
}

int unit_next_word(const char **text, struct buffer *ret)
{
    const char *p = *text + strspn(*text, ASCII_WHITE);
    char quote = '\0';
    int r = *p ? buffer_append_text(ret, "") : 0;
    bool is_word = *p != '\0';
    for (; r == 0 && *p && (quote || !ascii_is_white(*p)); p++) {
        if (unit_takes_quote(*p, &quote))
            continue;
        p += *p == '\\' && p[1];
        r = buffer_append(ret, p, 1);
    }
    *text = p;
    return r < 0 ? r : is_word;
}

/* What a specifier stands for, by its letter: a part of "prefix@instance.service". NULL: another.
 */
static const char *unit_part(const char *unit, char letter, size_t *ret_length)
{
    size_t whole = strlen(unit), prefix = strcspn(unit, "@");
    const char *dot = strrchr(unit, '.');
    size_t name = dot ? (size_t) (dot - unit) : whole;
    bool has_instance = prefix < name;
    switch (letter) {
    case '%':
        *ret_length = 1;
        return "%";
    case 'n':
        *ret_length = whole;
        return unit;
    case 'N':
        *ret_length = name;
        return unit;
    case 'p':
        *ret_length = has_instance ? prefix : name;
        return unit;
    case 'i':
        *ret_length = has_instance ? name - prefix - 1 : 0;
        return has_instance ? unit + prefix + 1 : unit;
    default:
        return NULL;
    }
}

int unit_expand(const char *text, const char *unit, struct buffer *ret)
{
    int r = buffer_append_text(ret, "");
    for (const char *p = text; r == 0 && *p; p++) {
        size_t length = 1;
        const char *part = *p == '%' ? unit_part(unit, *++p, &length) : p;
        if (!part)
            return 0;
        r = buffer_append(ret, part, length);
    }
    return r < 0 ? r : 1;
}
