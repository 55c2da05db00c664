/* Parameters of a shell. What is not set is known only of our own variables. */

#include "overrides/script_expand.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/memory.h"

enum { EXPAND_DEPTH_MAX = 8, EXPAND_LENGTH_MAX = 1 << 16 };

struct expander {
    struct values *values;
    const struct environment *environment;
    struct expansion *ret;
    int depth;
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

/* A command whose output is not known. One with a login in it is not shown: what is behind the "@"
 * can be a password, too. */
static int append_command(struct expander *expander, const char *text, size_t length)
{
    static const char hidden[] = "$(...)";
    return memchr(text, '@', length) ? script_append_unknown(expander, hidden, strlen(hidden))
                                     : script_append_unknown(expander, text, length);
}

static size_t name_length_at(const char *text, size_t length)
{
    size_t n = 0;
    while (n < length && (isalnum((unsigned char) text[n]) || text[n] == '_'))
        n++;
    return n > 0 && isdigit((unsigned char) *text) ? 0 : n;
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

/* "${NAME%suffix}" and "${NAME#prefix}", where what is cut off is no pattern: 1; 0 when the form is
 * another; or -ENOMEM. */
static int expand_cut(
    struct expander *expander, const struct value *value, const char *form, size_t length)
{
    if (length < 2 || !strchr("%#", *form) || !value->text || !value->is_known)
        return 0;
    for (size_t i = 1; i < length; i++)
        if (strchr("*?[\\\"'$`%#", form[i]))
            return 0;
    const char *text = value->text, *part = form + 1;
    size_t size = strlen(text), cut = length - 1;
    bool is_suffix = *form == '%';
    bool has = size >= cut && memcmp(is_suffix ? text + size - cut : text, part, cut) == 0;
    int r = buffer_append(
        &expander->ret->text, has && !is_suffix ? text + cut : text, has ? size - cut : size);
    return r < 0 ? r : 1;
}

/* "${NAME:-word}" and its kin: `form` begins behind the name. */
static int expand_known_form(struct expander *expander, const char *name, size_t name_length,
    const char *form, size_t form_length)
{
    const struct value *value = values_get(expander->values, name, name_length);
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
    const struct value *value = values_get(expander->values, name, name_length);
    int cut = value ? expand_cut(expander, value, form, form_length) : 0;
    if (cut != 0)
        return cut < 0 ? cut : 0;
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

/* "${…}" of a length. */
static int expand_braces(struct expander *expander, const char *text, size_t length)
{
    const char *name = text + 2;
    size_t inside = length >= 3 ? length - 3 : 0, name_length = name_length_at(name, inside);
    const char *form = name + name_length;
    size_t form_length = inside - name_length;
    if (name_length == 0)
        return script_append_unknown(expander, text, length);
    bool is_named = values_get(expander->values, name, name_length) != NULL;
    if (!is_named && has_default(form, form_length))
        return expand_default(expander, name, name_length, form, form_length);
    return expand_form(expander, name, name_length, form, form_length);
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
    size_t name_length = length > 1 ? name_length_at(text + 1, length - 1) : 0;
    *used = 1 + name_length;
    if (name_length == 0) {
        *used += length > 1 && strchr("0123456789@*#?-$!", text[1]);
        return *used == 1 ? buffer_append(&expander->ret->text, text, 1)
                          : script_append_unknown(expander, text, *used);
    }
    const struct value *value = values_get(expander->values, text + 1, name_length);
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
    struct expander expander = { values, environment, &expansion, 0 };
    int r = expand_part(&expander, word, length);
    if (r == 0)
        r = buffer_append_text(&expansion.text, "");
    if (r < 0)
        return r;
    *ret = expansion;
    expansion = (struct expansion){ 0 };
    return 0;
}
