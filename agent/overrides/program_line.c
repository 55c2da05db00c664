/* SPDX-License-Identifier: MIT */
/* What each program makes of a line was seen on the program itself: tests/real/overrides.bats. */

#include "overrides/program_line.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/ascii.h"
#include "lib/memory.h"
#include "overrides/compare.h"

/* Whether an unquoted value ends at a character. */
static bool program_ends_value(char c, enum program_syntax syntax)
{
    switch (syntax) {
    case SYNTAX_CURL:
        return ascii_is_white(c);
    case SYNTAX_GIT:
    case SYNTAX_NPM:
        return c == '#' || c == ';';
    case SYNTAX_WGET:
    case SYNTAX_INI:
        break;
    }
    return false;
}

/* Takes the quotes off a value, and what stands behind it. */
static void program_unquote(char *value, enum program_syntax syntax)
{
    const char *from = value;
    char *to = value;
    bool is_quoted = false;
    for (; *from; from++) {
        if (!is_quoted && program_ends_value(*from, syntax))
            break;
        if (*from == '"' && syntax != SYNTAX_INI && syntax != SYNTAX_WGET)
            is_quoted = !is_quoted;
        else
            *to++ = *from;
    }
    while (to > value && ascii_is_white(to[-1]))
        to--;
    *to = '\0';
    /* npm also takes a pair of single quotes. */
    if (syntax == SYNTAX_NPM && to > value + 1 && *value == '\'' && to[-1] == '\'') {
        memmove(value, value + 1, (size_t) (to - value) - 2);
        to[-2] = '\0';
    }
}

/* Where the name of a setting ends and its value begins. */
struct program_parts {
    char *name, *end, *value;
};

/* "NAME = value"; false when it is none. */
static bool program_split_assignment(char *text, const char *delimiters, struct program_parts *ret)
{
    char *equals = strpbrk(text, delimiters);
    if (equals)
        *ret = (struct program_parts){ text, equals, equals + 1 };
    return equals;
}

/* "name = value", "name: value", "name value", "--name value", "-x value", "-xvalue". */
static bool program_split_option(char *text, struct program_parts *ret)
{
    size_t dashes = strspn(text, "-");
    char *name = text + dashes;
    if (dashes == 1 && *name == 'x') {
        *ret = (struct program_parts){ name, name + 1, name + 1 };
        return name[1];
    }
    char *end = name + strcspn(name, dashes > 0 ? " \t" : "=: \t");
    char *value = end + strspn(end, ASCII_WHITE);
    value += dashes == 0 && (*value == '=' || *value == ':');
    *ret = (struct program_parts){ name, end, value };
    return value > end;
}

int program_line_split(char *text, enum program_syntax syntax, struct program_line *ret)
{
    struct program_parts parts;
    bool is_setting = syntax == SYNTAX_CURL ? program_split_option(text, &parts)
                                            : program_split_assignment(
                                                  text, syntax == SYNTAX_INI ? "=:" : "=", &parts);
    if (!is_setting)
        return 0;
    while (parts.end > parts.name && ascii_is_white(parts.end[-1]))
        parts.end--;
    ret->name = mem_strndup(parts.name, (size_t) (parts.end - parts.name));
    ret->value = mem_strdup(parts.value + strspn(parts.value, ASCII_WHITE));
    if (!ret->name || !ret->value)
        return -ENOMEM;
    program_unquote(ret->value, syntax);
    return 1;
}

void program_line_free(struct program_line *line)
{
    mem_free(line->name);
    mem_free(line->value);
}

char *program_section_read(char *text, enum program_syntax syntax, struct program_section *section)
{
    char *name = text + 1 + strspn(text + 1, " \t");
    size_t length = strcspn(name, syntax == SYNTAX_GIT ? " \t\"]" : "]");
    char *rest = name + length;
    (void) snprintf(section->name, sizeof(section->name), "%.*s", (int) length, name);
    (void) snprintf(section->scope, sizeof(section->scope), "%s", section->name);
    section->is_special = false;
    if (syntax != SYNTAX_GIT)
        return text + strlen(text);
    rest += strspn(rest, " \t");
    if (*rest == '"') {
        length = strcspn(rest + 1, "\"");
        (void) snprintf(section->scope, sizeof(section->scope), "%.*s", (int) length, rest + 1);
        section->is_special = true;
        rest += 1 + length;
    }
    rest += strcspn(rest, "]");
    rest += *rest == ']';
    return rest + strspn(rest, " \t");
}

bool program_is_key(enum program_syntax syntax, const char *name, const char *key)
{
    if (syntax == SYNTAX_NPM)
        return strcmp(name, key) == 0;
    if (syntax != SYNTAX_WGET)
        return strcasecmp(name, key) == 0;
    for (; *name; name++) {
        if (*name == '-' || *name == '_')
            continue;
        if (tolower((unsigned char) *name) != *key)
            return false;
        key++;
    }
    return !*key;
}

/* What "${NAME}" of so many bytes stands for; NULL: nothing that is known. */
static const char *program_variable(
    const struct environment *environment, const char *text, size_t length)
{
    char name[32];
    if (length >= sizeof(name))
        return NULL;
    memcpy(name, text, length);
    name[length] = '\0';
    enum variable_id id = compare_variable(environment, name);
    return id == VARIABLES || !compare_is_written(environment, name)
               ? NULL
               : environment_get(environment, id);
}

int program_expand(const struct environment *environment, const char *value, struct buffer *ret)
{
    int r = buffer_append_text(ret, "");
    for (const char *p = value; r == 0 && *p; p++) {
        size_t length = strncmp(p, "${", 2) == 0 ? strcspn(p + 2, "}") : 0;
        bool is_whole = length > 0 && p[2 + length];
        bool may_be_missing = is_whole && p[1 + length] == '?';
        const char *text =
            is_whole ? program_variable(environment, p + 2, length - may_be_missing) : NULL;
        if (text)
            r = buffer_append_text(ret, text);
        else if (!may_be_missing)
            r = buffer_append(ret, p, 1);
        p += text || may_be_missing ? 2 + length : 0;
    }
    return r;
}
