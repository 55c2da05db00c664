/* SPDX-License-Identifier: MIT */
/* A YAML library would lose the comments and the layout of a file that others wrote. The statements
 * of its top mapping are found line by line instead, so that all other bytes stay as they are. */

#include "formats/yaml.h"

#include <string.h>

#include "formats/escape.h"

static bool yaml_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool begins_with_one_of(const struct line *rest, const char *set)
{
    return rest->length > 0 && *rest->text && strchr(set, *rest->text);
}

/* Whether the character is one by itself: a blank or the end of the line is behind it. */
static bool begins_with_sign(const struct line *rest, char sign)
{
    return rest->length > 0 && *rest->text == sign &&
           (rest->length == 1 || yaml_is_blank(rest->text[1]));
}

/* Skips what stands in front of a node: tags and anchors. */
static void skip_properties(struct line *rest)
{
    line_skip_blanks(rest);
    while (begins_with_one_of(rest, "!&")) {
        while (rest->length > 0 && !yaml_is_blank(*rest->text))
            line_skip(rest, 1);
        line_skip_blanks(rest);
    }
}

/* Skips to behind the end of a string, whose first quote was skipped; a single quote that is there
 * twice is not its end. Whether the end is on this line. */
static bool skip_quoted(struct line *rest, char quote)
{
    while (rest->length > 0) {
        bool is_pair = rest->length > 1 && ((quote == '"' && *rest->text == '\\') ||
                                               (quote == '\'' && memcmp(rest->text, "''", 2) == 0));
        if (*rest->text == quote && !is_pair) {
            line_skip(rest, 1);
            return true;
        }
        line_skip(rest, is_pair ? 2 : 1);
    }
    return false;
}

/* Takes one character of a value in brackets; `before` is the one in front that is no blank. A
 * quote inside a word is none. */
static void yaml_scan_one(struct line *rest, char before, struct line_parser *parser)
{
    char c = *rest->text;
    line_skip(rest, 1);
    if ((c == '"' || c == '\'') && strchr("[{,:", before)) {
        parser->quote = c;
        if (skip_quoted(rest, c))
            parser->quote = '\0';
        return;
    }
    if (c == '[' || c == '{')
        parser->depth++;
    if ((c == ']' || c == '}') && parser->depth > 0)
        parser->depth--;
}

/* Takes what a line has of a value in quotes or brackets, which can go on over lines in any column.
 */
static void yaml_scan(struct line rest, struct line_parser *parser)
{
    char before = ',';
    if (parser->quote) {
        if (!skip_quoted(&rest, parser->quote))
            return;
        parser->quote = '\0';
        before = '"';
    }
    bool is_apart = before == ',', is_first = is_apart && parser->depth == 0;
    while (rest.length > 0 && (parser->depth > 0 || is_first) && !parser->quote) {
        char c = *rest.text;
        if (c == '#' && is_apart)
            return;
        yaml_scan_one(&rest, before, parser);
        is_apart = yaml_is_blank(c);
        if (!is_apart)
            before = c;
        is_first = false;
    }
}

/* Skips a key without quotes. False: a comment begins in front of its end. */
static bool skip_plain_key(struct line *rest)
{
    for (char before = ' '; rest->length > 0 && !begins_with_sign(rest, ':'); line_skip(rest, 1)) {
        if (*rest->text == '#' && yaml_is_blank(before))
            return false;
        before = *rest->text;
    }
    return true;
}

/* Takes the key and what divides it from its value, which is on the next line behind "? key". */
static bool take_key(struct line *rest, struct line *ret)
{
    bool is_explicit = begins_with_sign(rest, '?');
    if (is_explicit)
        line_skip(rest, 1);
    skip_properties(rest);
    const char *start = rest->text;
    if (begins_with_one_of(rest, "\"'")) {
        line_skip(rest, 1);
        if (!skip_quoted(rest, *start))
            return false;
        *ret = (struct line){ start + 1, (size_t) (rest->text - start) - 2, false };
    } else {
        if (!skip_plain_key(rest)) {
            if (!is_explicit)
                return false;
            line_skip(rest, rest->length); /* the caller refuses a key that has a comment */
        }
        const struct line plain = { start, (size_t) (rest->text - start), false };
        *ret = line_trim(&plain);
    }
    line_skip_blanks(rest);
    bool is_divided = begins_with_sign(rest, ':');
    if (is_divided)
        line_skip(rest, 1);
    return is_divided || is_explicit;
}

static bool yaml_is_mark(const struct line *line, const char *mark)
{
    return line_begins_with(line, mark) &&
           (line->length == strlen(mark) || yaml_is_blank(line->text[strlen(mark)]));
}

bool yaml_begins_document(const struct line *line, bool *ret_is_bare)
{
    static const char mark[] = "---";
    struct line rest = *line;
    if (!yaml_is_mark(line, mark))
        return false;
    line_skip(&rest, strlen(mark));
    *ret_is_bare = line_is_blank_or_comment(&rest) || line_trim(&rest).length == 0;
    return true;
}

/* Takes what a value begins with. Text without quotes, and that behind "|" and ">", goes on over
 * the lines that are further in than its key or the dash of its list, whatever these begin with. */
static void begin_value(struct line rest, struct line_parser *parser)
{
    skip_properties(&rest);
    if (begins_with_one_of(&rest, "\"'[{"))
        yaml_scan(rest, parser);
    else
        parser->is_text = rest.length > 0 && *rest.text != '#';
}

static void begin_statement(const struct line *line, struct line_parser *parser)
{
    struct line rest = *line, key;
    parser->open = true;
    parser->column = 0;
    if (take_key(&rest, &key))
        begin_value(begins_with_sign(line, '?') && rest.length == 0 ? key : rest, parser);
}

/* What a line that goes on begins: "- x", ": x", "key: x", or a value by itself, which is of the
 * key or dash of an earlier line. */
static void begin_continuation(const struct line *line, struct line_parser *parser)
{
    struct line rest = *line, key;
    line_skip_blanks(&rest);
    while (begins_with_sign(&rest, '-') || begins_with_sign(&rest, ':')) {
        parser->column = (size_t) (rest.text - line->text);
        line_skip(&rest, 1);
        line_skip_blanks(&rest);
    }
    struct line behind = rest;
    if (!begins_with_one_of(&rest, "[{") && take_key(&behind, &key)) {
        parser->column = (size_t) (rest.text - line->text);
        rest = behind;
    }
    begin_value(rest, parser);
}

/* Whether it is of a text that an earlier line began. */
static bool is_of_text(const struct line *line, const struct line_parser *parser)
{
    size_t column = 0;
    while (column < line->length && yaml_is_blank(line->text[column]))
        column++;
    return parser->is_text && column > parser->column;
}

/* A list may stand in the column of its key. */
static bool goes_on(const struct line *line)
{
    return yaml_is_blank(*line->text) || begins_with_sign(line, '-') || begins_with_sign(line, ':');
}

enum line_kind yaml_classify(const struct line *line, struct line_parser *parser)
{
    if (parser->quote || parser->depth > 0) {
        yaml_scan(*line, parser);
        return LINE_CONTINUES;
    }
    if (line_is_blank_or_comment(line) || line_trim(line).length == 0)
        return LINE_EMPTY;
    if (!parser->open && *line->text == '%')
        return LINE_EMPTY;
    bool is_bare = false, begins = yaml_begins_document(line, &is_bare);
    if (parser->open && (begins || yaml_is_mark(line, "...")))
        return LINE_OTHER_SECTION;
    if (begins && is_bare) {
        parser->open = true;
        return LINE_OUR_SECTION;
    }
    if (is_of_text(line, parser))
        return LINE_CONTINUES;
    parser->is_text = false;
    if (parser->open && goes_on(line)) {
        begin_continuation(line, parser);
        return LINE_CONTINUES;
    }
    begin_statement(line, parser);
    return LINE_STATEMENT;
}

bool yaml_key(const struct line *line, struct line *ret)
{
    struct line rest = *line;
    return !begins_with_one_of(line, "[{") && !yaml_is_blank(*line->text) && take_key(&rest, ret);
}

bool yaml_is_reference(const struct line *line, const struct line *key)
{
    bool is_explicit = begins_with_sign(line, '?');
    char name[ESCAPE_NAME_MAX];
    return strcmp(escape_decode(key, name), "<<") == 0 || begins_with_one_of(key, "*") ||
           (is_explicit && (key->length == 0 || begins_with_one_of(key, "|>") ||
                               memchr(key->text, '#', key->length)));
}

bool yaml_value(const struct line *line, struct line *ret)
{
    struct line rest = *line, key;
    if (begins_with_one_of(line, "?!&\"'") || !yaml_key(line, &key) || !take_key(&rest, &key))
        return false;
    *ret = line_trim(&rest);
    return true;
}
