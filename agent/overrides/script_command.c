/* Simple commands of a shell that change what programs get, and tests whose outcome can be known.
 */

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/memory.h"
#include "overrides/script_internal.h"

enum { WORD_COST = 4 };

int script_word(struct script *script, const struct token *word, struct expansion *ret)
{
    struct script_reader *reader = script->reader;
    const char *text = word->text;
    size_t length = word->length;
    _cleanup_buffer_ struct buffer path = { 0 };
    if (reader->home && length > 1 && memcmp(text, "~/", 2) == 0) {
        if (buffer_printf(&path, "%s%.*s", reader->home, (int) length - 1, text + 1) < 0)
            return -ENOMEM;
        text = path.data;
        length = path.size;
    }
    int r = script_expand(text, length, &reader->values, reader->detection->environment, ret);
    reader->work += WORD_COST * length + (r == 0 ? ret->text.size : 0);
    return r;
}

/* The length of the name that a word assigns to; 0: it is no assignment. */
static size_t assigned_length(const struct token *word, bool *ret_appends)
{
    size_t n = 0;
    while (n < word->length && (isalnum((unsigned char) word->text[n]) || word->text[n] == '_'))
        n++;
    *ret_appends = n + 1 < word->length && memcmp(word->text + n, "+=", 2) == 0;
    bool assigns = *ret_appends || (n < word->length && word->text[n] == '=');
    return assigns && n > 0 && !isdigit((unsigned char) *word->text) ? n : 0;
}

/* How a command assigns. */
struct manner {
    bool exports;
    bool is_readonly;
    bool unsets;
    enum reach reach;
};

static int assign_text(struct script *script, const char *name, const char *text, bool is_known,
    const struct manner *manner, size_t line)
{
    struct script_reader *reader = script->reader;
    return values_assign(&reader->values, reader->detection->environment,
        &(struct assignment){ .name = name,
            .text = text,
            .path = script->path,
            .line = line,
            .is_known = is_known,
            .is_export = manner->exports || script->exports_all,
            .is_readonly = manner->is_readonly,
            .reach = manner->reach });
}

/* "NAME=value" or "NAME+=value". */
static int run_assignment(struct script *script, const struct token *word, size_t length,
    bool appends, const struct manner *manner)
{
    _cleanup_mem_ char *name = mem_strndup(word->text, length);
    _cleanup_buffer_ struct buffer text = { 0 };
    _cleanup_expansion_ struct expansion more = { 0 };
    size_t skip = length + 1 + appends;
    const struct token value = { .text = word->text + skip, .length = word->length - skip };
    if (!name || script_word(script, &value, &more) < 0)
        return -ENOMEM;
    const struct value *old = appends ? values_get(&script->reader->values, name, length) : NULL;
    if (buffer_printf(&text, "%s%s", old && old->text ? old->text : "", more.text.data) < 0)
        return -ENOMEM;
    return assign_text(script, name, text.data, more.is_known, manner, word->line);
}

/* A word of export, declare and the like: an assignment, or a name. The word can be expanded to
 * one: export "$name=value". */
static int run_declaration(
    struct script *script, const struct token *word, const struct manner *manner)
{
    bool appends;
    size_t length = assigned_length(word, &appends);
    if (length > 0)
        return run_assignment(script, word, length, appends, manner);
    _cleanup_expansion_ struct expansion text = { 0 };
    if (script_word(script, word, &text) < 0)
        return -ENOMEM;
    const struct token expanded = { .text = text.text.data, .length = text.text.size };
    length = assigned_length(&expanded, &appends);
    if (length > 0) {
        _cleanup_mem_ char *name = mem_strndup(text.text.data, length);
        return name ? assign_text(script, name, text.text.data + length + 1 + appends,
                          text.is_known, manner, word->line)
                    : -ENOMEM;
    }
    if (!text.is_known)
        return 0;
    if (manner->unsets)
        return assign_text(script, text.text.data, NULL, true, manner, word->line);
    if (manner->exports)
        values_export(&script->reader->values, text.text.data);
    return 0;
}

/* "{http,https}_proxy=value": a word for each part of the braces, as bash makes them. */
static int run_braces(
    struct script *script, const struct token *word, const struct manner *manner, size_t close)
{
    int r = 0;
    for (size_t start = 1; r == 0 && start < close;) {
        size_t end = start;
        while (end < close && word->text[end] != ',')
            end++;
        _cleanup_buffer_ struct buffer text = { 0 };
        r = buffer_printf(&text, "%.*s%.*s", (int) (end - start), word->text + start,
            (int) (word->length - close - 1), word->text + close + 1);
        const struct token one = {
            .kind = TOKEN_WORD, .text = text.data, .length = text.size, .line = word->line
        };
        if (r == 0)
            r = run_declaration(script, &one, manner);
        start = end + 1;
    }
    return r;
}

static int run_declarations_of(
    struct script *script, const struct token *word, const struct manner *manner)
{
    const char *close = *word->text == '{' ? memchr(word->text, '}', word->length) : NULL;
    return close ? run_braces(script, word, manner, (size_t) (close - word->text))
                 : run_declaration(script, word, manner);
}

/* Whether an option of a declaration has a letter. */
static bool has_option(const struct token *word, char sign, char letter)
{
    return *word->text == sign && memchr(word->text, letter, word->length);
}

static int run_declarations(
    struct script *script, const struct command_words *words, size_t first, struct manner manner)
{
    bool is_local = script->depth > 1 && token_is(words->items[first], "local");
    for (size_t i = first + 1; i < words->count; i++) {
        const struct token *word = words->items[i];
        if (*word->text == '-' || *word->text == '+') {
            manner.exports |= has_option(word, '-', 'x');
            manner.is_readonly |= has_option(word, '-', 'r');
            manner.unsets |= manner.exports && token_is(word, "-n");
            if (token_is(word, "-f"))
                break;
            continue;
        }
        int r = is_local ? 0 : run_declarations_of(script, word, &manner);
        if (r < 0)
            return r;
    }
    return OUTCOME_TRUE;
}

static int run_source(
    struct script *script, const struct command_words *words, size_t first, enum reach reach)
{
    _cleanup_expansion_ struct expansion path = { 0 };
    if (first + 1 >= words->count)
        return OUTCOME_MAYBE;
    if (script_word(script, words->items[first + 1], &path) < 0)
        return -ENOMEM;
    if (!path.is_known || *path.text.data != '/')
        return OUTCOME_MAYBE;
    int r = script_read(script->reader, path.text.data, reach);
    return r < 0 ? r : OUTCOME_MAYBE;
}

/* "set -a", "set -o allexport", and back with "+". */
static void run_set(struct script *script, const struct command_words *words, size_t first)
{
    for (size_t i = first + 1; i < words->count; i++) {
        const struct token *word = words->items[i];
        bool is_named = (token_is(word, "-o") || token_is(word, "+o")) && i + 1 < words->count &&
                        token_is(words->items[i + 1], "allexport");
        if (is_named || has_option(word, '-', 'a') || has_option(word, '+', 'a'))
            script->exports_all = *word->text == '-';
    }
}

static int call_function(struct script *script, const struct token *name, enum reach reach)
{
    for (size_t i = script->function_count; i > 0; i--) {
        const struct script_function *function = &script->functions[i - 1];
        if (function->name->length != name->length ||
            memcmp(function->name->text, name->text, name->length) != 0)
            continue;
        const struct token *back = script->at;
        script->at = function->body;
        int r = script_command(script, reach);
        script->at = back;
        script->is_over = false; /* return only ends the function */
        return r < 0 ? r : OUTCOME_MAYBE;
    }
    return OUTCOME_MAYBE;
}

static const struct {
    const char *name;
    struct manner manner;
} declarations[] = {
    { "export", { .exports = true } },
    { "declare", { .exports = false } },
    { "typeset", { .exports = false } },
    { "local", { .exports = false } },
    { "readonly", { .is_readonly = true } },
    { "unset", { .unsets = true } },
};

static int run_builtin(
    struct script *script, const struct command_words *words, size_t first, enum reach reach)
{
    const struct token *command = words->items[first];
    size_t count = words->count - first;
    for (size_t i = 0; i < sizeof(declarations) / sizeof(*declarations); i++)
        if (token_is(command, declarations[i].name)) {
            struct manner manner = declarations[i].manner;
            manner.reach = reach;
            return run_declarations(script, words, first, manner);
        }
    if (token_is(command, ".") || token_is(command, "source"))
        return run_source(script, words, first, reach);
    if (token_is(command, "[") || token_is(command, "test")) {
        bool closes = token_is(command, "[") && token_is(words->items[words->count - 1], "]");
        return script_test(script, words->items + first + 1, count - 1 - closes);
    }
    if (token_is(command, "return") || token_is(command, "exit"))
        script->is_over |= reach == REACH_ALWAYS;
    if (token_is(command, "set"))
        run_set(script, words, first);
    if (token_is(command, "true"))
        return OUTCOME_TRUE;
    if (token_is(command, "false"))
        return OUTCOME_FALSE;
    int r = script_builtin(script, words, first, reach);
    return r < 0 ? r : call_function(script, command, reach);
}

/* Expands the words of ":", which is there for "${NAME:=value}". */
static int run_colon(struct script *script, const struct command_words *words)
{
    for (size_t i = 1; i < words->count; i++) {
        _cleanup_expansion_ struct expansion text = { 0 };
        if (script_word(script, words->items[i], &text) < 0)
            return -ENOMEM;
    }
    return OUTCOME_TRUE;
}

int script_simple(struct script *script, const struct command_words *words, enum reach reach)
{
    bool appends;
    size_t first = 0;
    const struct manner manner = { .reach = reach };
    while (first < words->count && assigned_length(words->items[first], &appends) > 0)
        first++;
    for (size_t i = 0; first == words->count && i < first; i++) {
        size_t length = assigned_length(words->items[i], &appends);
        int r = run_assignment(script, words->items[i], length, appends, &manner);
        if (r < 0)
            return r;
    }
    if (first == words->count)
        return OUTCOME_TRUE;
    if (first + 1 < words->count &&
        (token_is(words->items[first], "command") || token_is(words->items[first], "builtin")))
        first++;
    return token_is(words->items[first], ":") ? run_colon(script, words)
                                              : run_builtin(script, words, first, reach);
}
