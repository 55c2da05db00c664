/* SPDX-License-Identifier: MIT */
/* Simple commands of a shell that change what programs get, and tests whose outcome can be known.
 */

#include <errno.h>
#include <string.h>

#include "overrides/script_internal.h"

enum { WORD_COST = 4 };

int script_word(struct script *script, const struct token *word, struct expansion *ret)
{
    struct script_reader *reader = script->reader;
    const char *text = word->text;
    size_t length = word->length;
    _cleanup_buffer_ struct buffer path = { 0 };
    if (reader->work >= SCRIPT_WORK_MAX)
        return buffer_append_text(&ret->text, "");
    if (reader->home && length > 1 && memcmp(text, "~/", 2) == 0) {
        if (buffer_printf(&path, "%s%.*s", reader->home, (int) length - 1, text + 1) < 0)
            return -ENOMEM;
        text = path.data;
        length = path.size;
    }
    int r = script_expand(text, length, &reader->values, reader->detection->environment, ret);
    reader->work += WORD_COST * length + (r == 0 ? ret->text.size + ret->work : 0);
    return r;
}

/* Whether an option has a letter. */
static bool has_option(const struct token *word, char sign, char letter)
{
    return *word->text == sign && memchr(word->text, letter, word->length);
}

static int run_source(
    struct script *script, const struct command_words *words, size_t first, enum reach reach)
{
    _cleanup_expansion_ struct expansion path = { 0 };
    if (first + 1 >= words->count)
        return OUTCOME_MAYBE;
    if (script_word(script, words->items[first + 1], &path) < 0)
        return -ENOMEM;
    if (strncmp(path.text.data, "<(", 2) == 0) {
        const struct script_manner manner = { .exports = true, .reach = reach };
        int r = script_unknown_add(script, path.text.data, words->items[first]->line, &manner);
        return r < 0 ? r : OUTCOME_MAYBE;
    }
    if (!path.is_known || *path.text.data != '/')
        return OUTCOME_MAYBE;
    int r = script_read(script->reader, path.text.data, reach);
    return r < 0 ? r : OUTCOME_MAYBE;
}

/* "set -- word …": what follows are the arguments. */
static int set_arguments(struct script *script, const struct command_words *words, size_t first)
{
    _cleanup_arguments_ struct script_arguments list = { 0 };
    _cleanup_strings_ struct strings texts = { 0 };
    if (script_split_all(script, words, first, &list) < 0)
        return -ENOMEM;
    int known = script_arguments_copy(&list, &texts);
    if (known < 0)
        return known;
    strings_free(&script->arguments);
    script->arguments = texts;
    texts = (struct strings){ 0 };
    script->reader->values.arguments = known ? &script->arguments : NULL;
    return OUTCOME_TRUE;
}

/* "set -a", "set -o allexport", and back with "+". */
static int run_set(struct script *script, const struct command_words *words, size_t first)
{
    for (size_t i = first + 1; i < words->count; i++) {
        const struct token *word = words->items[i];
        if (token_is(word, "--"))
            return set_arguments(script, words, i + 1);
        bool is_named = (token_is(word, "-o") || token_is(word, "+o")) && i + 1 < words->count &&
                        token_is(words->items[i + 1], "allexport");
        if (is_named || has_option(word, '-', 'a') || has_option(word, '+', 'a'))
            script->exports_all = *word->text == '-';
    }
    return OUTCOME_TRUE;
}

/* The function that a name calls; NULL: none. */
static const struct script_function *find_function(
    const struct script *script, const struct token *name)
{
    for (size_t i = script->function_count; i > 0; i--) {
        const struct token *defined = script->functions[i - 1].name;
        if (defined->length == name->length && memcmp(defined->text, name->text, name->length) == 0)
            return &script->functions[i - 1];
    }
    return NULL;
}

static int call_function(
    struct script *script, const struct command_words *words, size_t first, enum reach reach)
{
    const struct script_function *function = find_function(script, words->items[first]);
    _cleanup_arguments_ struct script_arguments list = { 0 };
    _cleanup_strings_ struct strings texts = { 0 };
    if (!function)
        return OUTCOME_MAYBE;
    if (script_split_all(script, words, first + 1, &list) < 0)
        return -ENOMEM;
    int known = script_arguments_copy(&list, &texts);
    if (known < 0)
        return known;
    struct values *values = &script->reader->values;
    const struct strings *arguments = values->arguments;
    const struct token *back = script->at;
    bool was_in_statement = script->is_in_statement;
    values->arguments = known ? &texts : NULL;
    script->at = function->body;
    script->is_in_statement = false;
    script->calls++;
    int r = script_command(script, reach);
    script->calls--;
    script->is_in_statement = was_in_statement;
    script->at = back;
    script->is_over = false; /* return only ends the function */
    values->arguments = arguments;
    return r < 0 ? r : OUTCOME_MAYBE;
}

static int run_builtin(
    struct script *script, const struct command_words *words, size_t first, enum reach reach)
{
    const struct token *command = words->items[first];
    size_t count = words->count - first;
    bool is_declaration;
    int declared = script_declare(script, words, first, reach, &is_declaration);
    if (is_declaration)
        return declared;
    if (token_is(command, ".") || token_is(command, "source"))
        return run_source(script, words, first, reach);
    if (token_is(command, "[") || token_is(command, "test")) {
        bool closes = token_is(command, "[") && token_is(words->items[words->count - 1], "]");
        return script_test(script, words->items + first + 1, count - 1 - closes);
    }
    if (token_is(command, "return") || token_is(command, "exit"))
        script->is_over |= reach == REACH_ALWAYS;
    if (token_is(command, "set"))
        return run_set(script, words, first);
    if (token_is(command, "true"))
        return OUTCOME_TRUE;
    if (token_is(command, "false"))
        return OUTCOME_FALSE;
    int r = script_builtin(script, words, first, reach);
    return r < 0 ? r : call_function(script, words, first, reach);
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

/* A command in quotes, or behind a backslash that keeps aliases away, is the command. */
static struct token bare_command(const struct token *word)
{
    struct token bare = *word;
    char quote = *word->text;
    bool is_escaped = quote == '\\' && word->length > 1;
    bool is_quoted = strchr("\"'", quote) && word->length > 2;
    if (!is_escaped && !is_quoted)
        return bare;
    bare.text++;
    bare.length -= is_escaped ? 1 : 2;
    return bare;
}

/* What a command that is no name may do is known to nobody; in eval it can be an export. */
static int run_command(
    struct script *script, const struct command_words *words, size_t first, enum reach reach)
{
    const struct token *command = words->items[first];
    if (token_is(command, ":"))
        return run_colon(script, words);
    if (!script->is_eval || !strchr("$`", *command->text))
        return run_builtin(script, words, first, reach);
    const struct script_manner manner = { .exports = true, .reach = reach };
    int r = script_unknown_add(script, "", command->line, &manner);
    return r < 0 ? r : OUTCOME_MAYBE;
}

int script_simple(struct script *script, const struct command_words *words, enum reach reach)
{
    bool appends;
    size_t first = 0;
    while (first < words->count && script_assigned_length(words->items[first]->text,
                                       words->items[first]->length, &appends) > 0)
        first++;
    for (size_t i = 0; first == words->count && i < first; i++)
        if (script_assign(script, words->items[i], reach) < 0)
            return -ENOMEM;
    if (first == words->count)
        return OUTCOME_TRUE;
    if (first + 1 < words->count &&
        (token_is(words->items[first], "command") || token_is(words->items[first], "builtin")))
        first++;
    struct command_words bare_words = *words;
    const struct token bare = bare_command(words->items[first]);
    bare_words.items[first] = &bare;
    return run_command(script, &bare_words, first, reach);
}
