/* SPDX-License-Identifier: MIT */
/* Exports of names that nobody knows before, as of "export $(cat FILE)": what is in the files that
 * the statement names. */

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "lib/array.h"
#include "lib/lines.h"
#include "lib/memory.h"
#include "overrides/compare.h"
#include "overrides/place.h"
#include "overrides/script_internal.h"

enum { UNKNOWN_LENGTH_MAX = 1 << 12, UNKNOWN_STATEMENT_MAX = 1 << 15, UNKNOWN_FILES_MAX = 16 };

static const char delimiters[] = " \t\r\n\"'`;&|<>()=,";

int script_unknown_add(
    struct script *script, const char *text, size_t line, const struct script_manner *manner)
{
    struct script_unknown *unknown = &script->unknown;
    if (manner->reach == REACH_NEVER || manner->is_local || (!manner->exports && !manner->unsets))
        return 0;
    if (!unknown->is_there) {
        unknown->is_there = true;
        unknown->line = line;
        unknown->unsets = manner->unsets;
        unknown->reach = manner->reach;
    }
    if (unknown->text.size + strlen(text) > UNKNOWN_LENGTH_MAX)
        return 0;
    return buffer_printf(&unknown->text, " %s", text);
}

static int unknown_assign(
    struct script *script, const char *name, const char *text, const char *path, size_t line)
{
    struct script_reader *reader = script->reader;
    const struct script_unknown *unknown = &script->unknown;
    return values_assign(&reader->values, reader->detection->environment,
        &(struct assignment){ .name = name,
            .text = unknown->unsets ? NULL : text,
            .path = unknown->unsets ? script->path : path,
            .line = unknown->unsets ? unknown->line : line,
            .is_known = true,
            .is_export = true,
            .reach = unknown->reach });
}

/* "NAME=value", with or without export and quotes, if the variable is one of ours. */
static int unknown_read_line(
    struct script *script, const char *path, const struct line *line, size_t number)
{
    struct line rest = line_trim(line);
    if (line_begins_with(&rest, "export "))
        line_skip(&rest, strlen("export "));
    line_skip_blanks(&rest);
    bool appends;
    size_t length = script_assigned_length(rest.text, rest.length, &appends);
    _cleanup_mem_ char *name = mem_strndup(rest.text, length);
    if (!name)
        return -ENOMEM;
    if (length == 0 || compare_variable(script->reader->detection->environment, name) == VARIABLES)
        return 0;
    line_skip(&rest, length + 1 + appends);
    bool is_quoted =
        rest.length > 1 && strchr("\"'", *rest.text) && rest.text[rest.length - 1] == *rest.text;
    _cleanup_mem_ char *text =
        mem_strndup(rest.text + is_quoted, rest.length - (is_quoted ? 2 : 0));
    return text ? unknown_assign(script, name, text, path, number) : -ENOMEM;
}

/* 1 when the file is there, or is one that we write; 0; or -ENOMEM. */
static int unknown_read_file(struct script *script, const char *path)
{
    struct script_reader *reader = script->reader;
    _cleanup_buffer_ struct buffer bytes = { 0 };
    if (strcmp(path, "/etc/environment") == 0 && detection_writes(reader->detection, "environment"))
        return 1;
    if (!script_may_read(reader))
        return 0;
    int r = place_read_public(reader->detection->tree, path, &bytes);
    reader->work += SCRIPT_READ_COST * bytes.size;
    size_t number = 0;
    for (struct line line = { 0 }; r > 0 && line_next(&bytes, &line);)
        if (unknown_read_line(script, path, &line, ++number) < 0)
            return -ENOMEM;
    return r;
}

/* Reads the file that a part of a text names, perhaps by a variable. 1, 0 or -ENOMEM. */
static int unknown_read_path(struct script *script, const char *text, size_t length)
{
    const struct token word = { .text = text, .length = length };
    _cleanup_expansion_ struct expansion path = { 0 };
    if (length < 2 || !strchr("/$~", *text))
        return 0;
    if (script_word(script, &word, &path) < 0)
        return -ENOMEM;
    bool is_path = path.is_known && *path.text.data == '/';
    return is_path ? unknown_read_file(script, path.text.data) : 0;
}

/* How many of the files that a text names are there, or -ENOMEM. */
static int unknown_read_files(struct script *script, const char *text, size_t length)
{
    int found = 0;
    for (size_t used = 0; used < length && found < UNKNOWN_FILES_MAX; used++) {
        size_t start = used;
        while (used < length && text[used] && !strchr(delimiters, text[used]))
            used++;
        int r = unknown_read_path(script, text + start, used - start);
        if (r < 0)
            return r;
        found += r;
    }
    return found;
}

/* Whether a text speaks of variables of a proxy. */
static bool speaks_of_proxies(const char *text, size_t length, bool unsets)
{
    const char *word = unsets ? "proxy" : "_proxy";
    size_t size = strlen(word);
    for (size_t i = 0; i + size <= length; i++)
        if (strncasecmp(text + i, word, size) == 0)
            return true;
    return false;
}

/* One variable stands for all of them: one that the text names before others, and that
 * nobody has set yet. */
static int unknown_assign_any(struct script *script, const char *text, size_t length)
{
    static const char *const names[] = { "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY",
        "no_proxy", "NO_PROXY" };
    const struct environment *environment = script->reader->detection->environment;
    const char *any = NULL, *named = NULL;
    for (size_t i = 0; i < ELEMENTSOF(names); i++) {
        const struct value *value = values_get(&script->reader->values, names[i], strlen(names[i]));
        if (!compare_is_written(environment, names[i]) || !value || value->path)
            continue;
        any = any ? any : names[i];
        if (!named && memmem(text, length, names[i], strlen(names[i])))
            named = names[i];
    }
    const char *name = named ? named : any;
    return name ? unknown_assign(script, name, "(not known)", script->path, script->unknown.line)
                : 0;
}

static int unknown_set(struct script *script, const char *text, size_t length)
{
    const struct buffer *words = &script->unknown.text;
    int found = unknown_read_files(script, text, length);
    int more = found < 0 ? found : unknown_read_files(script, words->data, words->size);
    if (more != 0 || found != 0)
        return more < 0 ? more : 0;
    bool unsets = script->unknown.unsets;
    bool speaks = speaks_of_proxies(text, length, unsets) ||
                  speaks_of_proxies(words->data, words->size, unsets);
    return speaks ? unknown_assign_any(script, text, length) : 0;
}

int script_unknown_end(struct script *script, const struct token *start)
{
    struct script_unknown *unknown = &script->unknown;
    if (!unknown->is_there)
        return 0;
    size_t length = (size_t) (script->at->text - start->text);
    int r = unknown_set(
        script, start->text, length < UNKNOWN_STATEMENT_MAX ? length : UNKNOWN_STATEMENT_MAX);
    buffer_free(&unknown->text);
    *unknown = (struct script_unknown){ 0 };
    return r;
}
