/* SPDX-License-Identifier: MIT */
/* A TOML library would lose the comments and the layout of a file that others wrote. Statements are
 * found line by line instead, so that all other bytes stay as they are. */

#include "formats/toml.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "formats/escape.h"

static bool toml_begins_with(const struct line *rest, char c)
{
    return rest->length > 0 && *rest->text == c;
}

static bool begins_with_three(const struct line *rest, char quote)
{
    return rest->length >= 3 && rest->text[0] == quote && rest->text[1] == quote &&
           rest->text[2] == quote;
}

/* Skips to behind the end of a string that goes on over lines, which may have two more quotes in
 * front of its end. Whether the end is on this line. */
static bool skip_long_string(struct line *rest, char quote)
{
    while (rest->length > 0 && !begins_with_three(rest, quote))
        line_skip(rest, quote == '"' && *rest->text == '\\' && rest->length > 1 ? 2 : 1);
    if (rest->length == 0)
        return false;
    line_skip(rest, 3);
    for (int more = 0; more < 2 && toml_begins_with(rest, quote); more++)
        line_skip(rest, 1);
    return true;
}

/* Skips a string that ends on this line, as all do that have one quote. */
static void toml_skip_string(struct line *rest, char quote)
{
    line_skip(rest, 1);
    while (rest->length > 0 && *rest->text != quote)
        line_skip(rest, quote == '"' && *rest->text == '\\' && rest->length > 1 ? 2 : 1);
    if (rest->length > 0)
        line_skip(rest, 1);
}

/* Takes one character of a statement, or a string as far as it is on this line. */
static void toml_scan_one(struct line *rest, struct line_parser *parser)
{
    char c = *rest->text;
    if ((c == '"' || c == '\'') && begins_with_three(rest, c)) {
        line_skip(rest, 3);
        parser->quote = c;
        if (skip_long_string(rest, c))
            parser->quote = '\0';
        return;
    }
    if (c == '"' || c == '\'') {
        toml_skip_string(rest, c);
        return;
    }
    if (c == '[' || c == '{')
        parser->depth++;
    if ((c == ']' || c == '}') && parser->depth > 0)
        parser->depth--;
    line_skip(rest, 1);
}

/* Takes what a line has of a statement, from its beginning or from where it went on. */
static void toml_scan(struct line rest, struct line_parser *parser)
{
    if (parser->quote && skip_long_string(&rest, parser->quote))
        parser->quote = '\0';
    while (rest.length > 0 && *rest.text != '#')
        toml_scan_one(&rest, parser);
}

enum line_kind toml_classify(const struct line *line, struct line_parser *parser)
{
    bool continues = parser->quote || parser->depth > 0;
    if (!continues && line_is_blank_or_comment(line))
        return LINE_EMPTY;
    struct line rest = *line;
    line_skip_blanks(&rest);
    if (!continues && rest.length == 0)
        return LINE_EMPTY;
    if (!continues && *rest.text == '[')
        return LINE_OTHER_SECTION;
    toml_scan(*line, parser);
    return continues ? LINE_CONTINUES : LINE_STATEMENT;
}

static bool is_bare(char c)
{
    return isalnum((unsigned char) c) || c == '_' || c == '-';
}

/* Takes one part of a key and the blanks around it. */
static bool take_part(struct line *rest, struct line *ret)
{
    line_skip_blanks(rest);
    const char *start = rest->text;
    if (toml_begins_with(rest, '"') || toml_begins_with(rest, '\'')) {
        toml_skip_string(rest, *start);
        *ret = (struct line){ start + 1, (size_t) (rest->text - start) - 1, false };
        ret->length -= ret->length > 0;
    } else {
        while (rest->length > 0 && is_bare(*rest->text))
            line_skip(rest, 1);
        *ret = (struct line){ start, (size_t) (rest->text - start), false };
    }
    line_skip_blanks(rest);
    return ret->length > 0;
}

bool toml_table(const struct line *line, struct line *ret)
{
    struct line rest = *line;
    line_skip_blanks(&rest);
    if (!toml_begins_with(&rest, '['))
        return false;
    line_skip(&rest, 1);
    return take_part(&rest, ret) && toml_begins_with(&rest, ']');
}

bool toml_header(const struct line *line, struct line *ret)
{
    struct line rest = *line;
    line_skip_blanks(&rest);
    if (!toml_begins_with(&rest, '['))
        return false;
    line_skip(&rest, 1);
    if (toml_begins_with(&rest, '['))
        line_skip(&rest, 1);
    return take_part(&rest, ret);
}

bool toml_is_array_of(const struct line *line, enum line_kind kind, const char *name)
{
    struct line rest = *line, part;
    line_skip_blanks(&rest);
    if (kind != LINE_OTHER_SECTION || rest.length < 2 || rest.text[1] != '[')
        return false;
    line_skip(&rest, 2);
    char decoded[ESCAPE_NAME_MAX];
    return take_part(&rest, &part) && toml_begins_with(&rest, ']') &&
           strcasecmp(escape_decode(&part, decoded), name) == 0;
}

bool toml_key(const struct line *line, struct line *ret)
{
    struct line rest = *line;
    return take_part(&rest, ret) && (toml_begins_with(&rest, '=') || toml_begins_with(&rest, '.'));
}

bool toml_string(const struct line *line, struct line *ret)
{
    struct line rest = *line, key;
    if (!take_part(&rest, &key) || !toml_begins_with(&rest, '='))
        return false;
    line_skip(&rest, 1);
    line_skip_blanks(&rest);
    const char *start = rest.text;
    if ((!toml_begins_with(&rest, '"') && !toml_begins_with(&rest, '\'')) ||
        begins_with_three(&rest, *start))
        return false;
    toml_skip_string(&rest, *start);
    size_t length = (size_t) (rest.text - start);
    if (length < 2 || start[length - 1] != *start || memchr(start, '\\', length))
        return false;
    *ret = (struct line){ start + 1, length - 2, false };
    line_skip_blanks(&rest);
    return rest.length == 0 || *rest.text == '#';
}
