/* SPDX-License-Identifier: MIT */
/* Statements end with ';', '{' or '}', outside of quotes. */

#include "overrides/apt_parser.h"

#include <errno.h>
#include <string.h>

#include "lib/ascii.h"
#include "lib/cleanup.h"
#include "lib/memory.h"

enum { APT_SCOPES_MAX = 32, APT_SCOPE_LENGTH_MAX = 1024 };

struct apt_parser {
    const char *at;
    const char *end;
    size_t line;
    struct buffer statement;       /* up to here, without comments */
    size_t statement_line;         /* of its last character but blanks */
    struct buffer scope;           /* "Acquire::http" */
    size_t scopes[APT_SCOPES_MAX]; /* the lengths of those around it */
    size_t depth;
    apt_visit visit;
    void *data;
};

static bool apt_sees(const struct apt_parser *parser, const char *text)
{
    const char *p = parser->at;
    for (; *text && p < parser->end && *p == *text; p++)
        text++;
    return !*text;
}

static void skip_until(struct apt_parser *parser, const char *text)
{
    while (parser->at < parser->end && !apt_sees(parser, text)) {
        parser->line += *parser->at == '\n';
        parser->at++;
    }
}

/* Moves behind a comment; false where none begins. */
static bool skip_comment(struct apt_parser *parser)
{
    if (apt_sees(parser, "/*")) {
        skip_until(parser, "*/");
        parser->at += apt_sees(parser, "*/") ? 2 : 0;
        return true;
    }
    bool is_directive = apt_sees(parser, "#clear") || apt_sees(parser, "#include") ||
                        apt_sees(parser, "#x-apt-configure-index");
    if (!apt_sees(parser, "//") && (is_directive || !apt_sees(parser, "#")))
        return false;
    skip_until(parser, "\n");
    return true;
}

/* Takes the next word, with or without quotes, off a text; *ret is NULL when there is none. 0 or
 * -ENOMEM. */
static int apt_take_word(const char **text, char **ret)
{
    const char *p = *text;
    while (ascii_is_white(*p))
        p++;
    const char *start = p;
    for (bool is_quoted = false; *p && (is_quoted || !ascii_is_white(*p)); p++)
        is_quoted ^= *p == '"';
    *text = p;
    *ret = NULL;
    if (p == start)
        return 0;
    char *word = mem_strndup(start, (size_t) (p - start)), *to = word;
    if (!word)
        return -ENOMEM;
    for (const char *from = word; *from; from++)
        if (*from != '"')
            *to++ = *from;
    *to = '\0';
    *ret = word;
    return 0;
}

static int append_name(struct buffer *name, const char *tag)
{
    return buffer_printf(name, "%s%s", name->size > 0 && *tag ? "::" : "", tag);
}

/* Calls the visitor for a statement that ends with ';' or '}'. */
static int apt_emit(struct apt_parser *parser, const char *tag, const char *value)
{
    _cleanup_buffer_ struct buffer name = { 0 };
    int r = buffer_append_text(&name, *tag == '#' || !parser->scope.data ? "" : parser->scope.data);
    if (r == 0)
        r = append_name(&name, tag);
    const struct apt_statement statement = { name.data, value, parser->statement_line };
    return r < 0 ? r : parser->visit(&statement, parser->data);
}

/* A scope that is too long for any name of apt is not kept. */
static int append_scope(struct apt_parser *parser, const char *tag)
{
    bool is_long = parser->scope.size + strlen(tag) > APT_SCOPE_LENGTH_MAX;
    return append_name(&parser->scope, is_long ? "?" : tag);
}

static int apt_open_scope(struct apt_parser *parser, const char *tag)
{
    if (parser->depth >= APT_SCOPES_MAX)
        return 0;
    parser->scopes[parser->depth++] = parser->scope.size;
    return append_scope(parser, tag);
}

static void apt_close_scope(struct apt_parser *parser)
{
    if (parser->depth == 0)
        return;
    parser->scope.size = parser->scopes[--parser->depth];
    if (parser->scope.data)
        parser->scope.data[parser->scope.size] = '\0';
}

/* Ends the statement with a character. */
static int apt_end_statement(struct apt_parser *parser, char with)
{
    const char *text = parser->statement.data ? parser->statement.data : "";
    _cleanup_mem_ char *tag = NULL, *value = NULL;
    int r = apt_take_word(&text, &tag);
    if (r == 0)
        r = apt_take_word(&text, &value);
    if (r == 0 && tag && with != '{')
        r = apt_emit(parser, tag, value ? value : "");
    /* A second word is no part of a scope's name. */
    if (r == 0 && with == '{')
        r = apt_open_scope(parser, tag ? tag : "");
    if (with == '}')
        apt_close_scope(parser);
    parser->statement.size = 0;
    return r;
}

int apt_parse(const struct buffer *file, apt_visit visit, void *data)
{
    const char *start = file->data ? file->data : "";
    struct apt_parser parser = {
        .at = start, .end = start + file->size, .line = 1, .visit = visit, .data = data
    };
    bool is_quoted = false;
    int r = 0;
    while (r == 0 && parser.at < parser.end) {
        char c = *parser.at;
        if (!is_quoted && skip_comment(&parser))
            continue;
        is_quoted = (is_quoted != (c == '"')) && c != '\n';
        parser.at++;
        parser.line += c == '\n';
        if (!is_quoted && strchr(";{}", c)) {
            r = apt_end_statement(&parser, c);
            continue;
        }
        if (!ascii_is_white(c))
            parser.statement_line = parser.line;
        r = buffer_append(&parser.statement, &c, 1);
    }
    buffer_free(&parser.statement);
    buffer_free(&parser.scope);
    return r;
}
