/* SPDX-License-Identifier: MIT */
/* Parameters of a shell. What is not set is known only of our own variables. */

#include "overrides/script_expand.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/memory.h"
#include "overrides/compare.h"
#include "overrides/script_form.h"

enum { EXPAND_DEPTH_MAX = 8, EXPAND_LENGTH_MAX = 1 << 16, LISTS_MAX = 16, NAMES_OF_WORK = 8 };

struct expander {
    struct values *values;
    const struct environment *environment;
    struct expansion *ret;
    int depth;
    struct value argument; /* the last one that was asked for */
};

void expansion_free(struct expansion *expansion)
{
    buffer_free(&expansion->text);
}

static int expand_part(struct expander *expander, const char *word, size_t length);

static int script_append_unknown(struct expander *expander, const char *text, size_t length)
{
    expander->ret->is_known = false;
    return buffer_append(&expander->ret->text, text, length);
}

static size_t name_length_at(const char *text, size_t length)
{
    size_t n = 0;
    while (n < length && (isalnum((unsigned char) text[n]) || text[n] == '_'))
        n++;
    return n > 0 && isdigit((unsigned char) *text) ? 0 : n;
}

/* As name_length_at, also of an argument. */
static size_t parameter_length_at(const char *text, size_t length)
{
    return length > 0 && isdigit((unsigned char) *text) ? 1 : name_length_at(text, length);
}

/* What a name or an argument stands for; NULL: nothing is known of it. */
static const struct value *expander_get(
    struct expander *expander, const char *name, size_t name_length)
{
    const struct strings *arguments = expander->values->arguments;
    expander->ret->work += expander->values->count / NAMES_OF_WORK;
    if (name_length != 1 || !isdigit((unsigned char) *name))
        return values_get(expander->values, name, name_length);
    size_t number = (size_t) (*name - '0');
    if (!arguments || number == 0)
        return NULL;
    expander->argument =
        (struct value){ .text = number <= arguments->count ? arguments->items[number - 1] : NULL,
            .is_known = true };
    return &expander->argument;
}

/* Behind a text in quotes that begins here, or one character, which can be escaped. */
static size_t quoted_length(const char *text, size_t length)
{
    if (*text != '\'' && *text != '"')
        return *text == '\\' && length > 1 ? 2 : 1;
    const char *end = memchr(text + 1, *text, length - 1);
    return end ? (size_t) (end + 1 - text) : length;
}

/* Behind the bracket that closes the one at the front, quotes and escapes heeded. */
static size_t bracket_length(const char *text, size_t length, char open, char close)
{
    size_t depth = 1;
    for (size_t i = 1; i < length; i += quoted_length(text + i, length - i)) {
        if (text[i] == close)
            depth--;
        else if (text[i] == open)
            depth++;
        if (depth == 0)
            return i + 1;
    }
    return length;
}

static int expand_value(struct expander *expander, const struct value *value)
{
    if (!value->is_known)
        expander->ret->is_known = false;
    return value->text ? buffer_append_text(&expander->ret->text, value->text) : 0;
}

/* The first of our lists, as it is with us, that a command has in its text: its value, or NULL. */
static const struct value *list_of_command(
    struct expander *expander, const char *text, size_t length)
{
    for (size_t i = 0, lists = 0; i + 1 < length && lists < LISTS_MAX; i++) {
        const char *name = text + i + 1 + (text[i + 1] == '{');
        size_t name_length =
            text[i] == '$' ? name_length_at(name, (size_t) (text + length - name)) : 0;
        const struct value *value =
            name_length > 0 ? values_get(expander->values, name, name_length) : NULL;
        if (!value || !value->text ||
            compare_variable(expander->environment, value->name) != VARIABLE_NO_PROXY)
            continue;
        lists++;
        expander->ret->work += strlen(value->text);
        if (compare_is_ours(expander->environment, VARIABLE_NO_PROXY, value->text) > 0)
            return value;
    }
    return NULL;
}

/* A command whose output is not known. One with a login in it is not shown: what is behind the "@"
 * can be a password, too. One with our list in it adds to the list. */
static int append_command(struct expander *expander, const char *text, size_t length)
{
    static const char hidden[] = "$(...)";
    const struct value *list = list_of_command(expander, text, length);
    if (list && buffer_printf(&expander->ret->text, "%s,", list->text) < 0)
        return -ENOMEM;
    return memchr(text, '@', length) ? script_append_unknown(expander, hidden, strlen(hidden))
                                     : script_append_unknown(expander, text, length);
}

/* "${NAME:-word}" and its kin: `form` begins behind the name. */
static int expand_known_form(struct expander *expander, const char *name, size_t name_length,
    const char *form, size_t form_length)
{
    const struct value *value = expander_get(expander, name, name_length);
    bool colon = form_length > 0 && *form == ':';
    char kind = '\0';
    if (form_length > colon)
        kind = form[colon];
    const char *word = form + colon + 1;
    size_t length = form_length > colon ? form_length - colon - 1 : 0;
    if (!value || (kind && !strchr("-=+?", kind)))
        return script_append_unknown(expander, name - 2, name_length + form_length + 3);
    bool is_set = value->text && (!colon || *value->text || !value->is_known);
    if (kind == '+')
        return is_set ? expand_part(expander, word, length) : 0;
    if (is_set || !kind || kind == '?')
        return expand_value(expander, value);
    return expand_part(expander, word, length);
}

static int expand_form(struct expander *expander, const char *name, size_t name_length,
    const char *form, size_t form_length)
{
    const struct value *value = expander_get(expander, name, name_length);
    bool is_known = value && value->text && value->is_known;
    if (is_known)
        expander->ret->work += strlen(value->text);
    int r = is_known ? form_append(value->text, form, form_length, &expander->ret->text) : 0;
    if (r != 0)
        return r < 0 ? r : 0;
    return expand_known_form(expander, name, name_length, form, form_length);
}

/* Of a name that nothing is known of, a default is the best guess: it may be set from it. */
static bool has_default(const char *form, size_t length)
{
    return length > 1 && (memcmp(form, ":=", 2) == 0 || memcmp(form, ":-", 2) == 0);
}

static int expand_default(struct expander *expander, const char *name, size_t name_length,
    const char *form, size_t form_length)
{
    size_t start = expander->ret->text.size;
    int r = expand_part(expander, form + 2, form_length - 2);
    if (r < 0 || form[1] != '=')
        return r;
    _cleanup_mem_ char *copy = mem_strndup(name, name_length);
    const char *text = expander->ret->text.data ? expander->ret->text.data + start : "";
    if (!copy)
        return -ENOMEM;
    return values_assign(expander->values, expander->environment,
        &(struct assignment){ .name = copy,
            .text = text,
            .is_known = expander->ret->is_known,
            .reach = REACH_ALWAYS });
}

/* "${#NAME}" of a known value: 1; 0 when it is something else; or -ENOMEM. */
static int expand_length(struct expander *expander, const char *inside, size_t length)
{
    size_t name_length = length > 1 && *inside == '#' ? name_length_at(inside + 1, length - 1) : 0;
    const struct value *value =
        name_length > 0 ? values_get(expander->values, inside + 1, name_length) : NULL;
    if (!value || !value->is_known || name_length + 1 != length)
        return 0;
    int r =
        buffer_printf(&expander->ret->text, "%zu", value->text ? strlen(value->text) : (size_t) 0);
    return r < 0 ? r : 1;
}

/* "${…}" of a length. */
static int expand_braces(struct expander *expander, const char *text, size_t length)
{
    const char *name = text + 2;
    size_t inside = length >= 3 ? length - 3 : 0;
    size_t name_length = parameter_length_at(name, inside);
    const char *form = name + name_length;
    size_t form_length = inside - name_length;
    int r = expand_length(expander, name, inside);
    if (r != 0)
        return r < 0 ? r : 0;
    if (name_length == 0)
        return script_append_unknown(expander, text, length);
    bool is_named = expander_get(expander, name, name_length) != NULL;
    if (!is_named && has_default(form, form_length))
        return expand_default(expander, name, name_length, form, form_length);
    return expand_form(expander, name, name_length, form, form_length);
}

/* "$@", "$#", and what else has no name. Sets how much of the word that is. */
static int expand_special(struct expander *expander, const char *text, size_t length, size_t *used)
{
    const struct strings *arguments = expander->values->arguments;
    struct buffer *ret = &expander->ret->text;
    *used = length > 1 && strchr("0123456789@*#?-$!", text[1]) ? 2 : 1;
    if (*used == 1)
        return buffer_append(ret, text, 1);
    if (!arguments || !strchr("@*#", text[1]))
        return script_append_unknown(expander, text, *used);
    if (text[1] == '#')
        return buffer_printf(ret, "%zu", arguments->count);
    _cleanup_mem_ char *all = strings_join(arguments, " ");
    return all ? buffer_append_text(ret, all) : -ENOMEM;
}

/* What begins with '$' or '`'. Sets how much of the word that is. */
static int expand_dollar(struct expander *expander, const char *text, size_t length, size_t *used)
{
    if (*text == '`') {
        *used = bracket_length(text, length, '`', '`');
        return append_command(expander, text, *used);
    }
    if (length > 1 && text[1] == '(') {
        *used = 1 + bracket_length(text + 1, length - 1, '(', ')');
        return append_command(expander, text, *used);
    }
    if (length > 1 && text[1] == '{') {
        *used = 1 + bracket_length(text + 1, length - 1, '{', '}');
        return expand_braces(expander, text, *used);
    }
    size_t name_length = length > 1 ? parameter_length_at(text + 1, length - 1) : 0;
    if (name_length == 0)
        return expand_special(expander, text, length, used);
    *used = 1 + name_length;
    const struct value *value = expander_get(expander, text + 1, name_length);
    return value ? expand_value(expander, value) : script_append_unknown(expander, text, *used);
}

/* A quoted text, or one character. Sets how much of the word that is. */
static int expand_plain(struct expander *expander, const char *text, size_t length, size_t *used)
{
    struct buffer *ret = &expander->ret->text;
    if (*text == '\'') {
        const char *end = memchr(text + 1, '\'', length - 1);
        size_t inside = end ? (size_t) (end - text - 1) : length - 1;
        *used = inside + 1 + (end != NULL);
        return buffer_append(ret, text + 1, inside);
    }
    if (*text == '\\' && length > 1) {
        *used = 2;
        return text[1] == '\n' ? 0 : buffer_append(ret, text + 1, 1);
    }
    *used = 1;
    return *text == '"' ? 0 : buffer_append(ret, text, 1);
}

/* Double quotes have no meaning of their own here, except that single ones have none in them. */
static int expand_part(struct expander *expander, const char *word, size_t length)
{
    int r = 0;
    bool is_quoted = false;
    if (expander->depth >= EXPAND_DEPTH_MAX)
        return script_append_unknown(expander, word, length);
    expander->depth++;
    for (size_t i = 0, used; r == 0 && i < length; i += used) {
        if (word[i] == '$' || word[i] == '`')
            r = expand_dollar(expander, word + i, length - i, &used);
        else if (is_quoted && word[i] == '\'') {
            used = 1;
            r = buffer_append(&expander->ret->text, word + i, 1);
        } else {
            is_quoted ^= word[i] == '"';
            r = expand_plain(expander, word + i, length - i, &used);
        }
        if (expander->ret->text.size > EXPAND_LENGTH_MAX) {
            expander->ret->is_known = false;
            break;
        }
    }
    expander->depth--;
    return r;
}

int script_expand(const char *word, size_t length, struct values *values,
    const struct environment *environment, struct expansion *ret)
{
    _cleanup_expansion_ struct expansion expansion = { .is_known = true };
    struct expander expander = { values, environment, &expansion, .depth = 0 };
    /* "<(command)" is a file with what the command prints. */
    bool is_process = length > 1 && memcmp(word, "<(", 2) == 0;
    int r =
        is_process ? append_command(&expander, word, length) : expand_part(&expander, word, length);
    if (r == 0)
        r = buffer_append_text(&expansion.text, "");
    if (r < 0)
        return r;
    *ret = expansion;
    expansion = (struct expansion){ 0 };
    return 0;
}
