/* SPDX-License-Identifier: MIT */
/* Commands of a shell that set a variable to what nobody can know before, and eval. */

#include <errno.h>
#include <string.h>

#include "lib/memory.h"
#include "overrides/script_internal.h"

enum { EVAL_LENGTH_MAX = 1 << 15 };

/* Sets a variable to something; the command is shown for it, without its arguments, which can be
 * secret. */
static int builtin_set(struct script *script, const struct command_words *words, size_t first,
    const struct token *name, enum reach reach)
{
    const struct token *command = words->items[first];
    _cleanup_mem_ char *variable = mem_strndup(name->text, name->length);
    _cleanup_mem_ char *text =
        mem_strndup(command->text, (size_t) (name->text + name->length - command->text));
    if (!variable || !text)
        return -ENOMEM;
    return values_assign(&script->reader->values, script->reader->detection->environment,
        &(struct assignment){ .name = variable,
            .text = text,
            .path = script->path,
            .line = command->line,
            .is_export = script->exports_all,
            .reach = reach });
}

/* "printf -v NAME FORMAT …" */
static int builtin_printf(
    struct script *script, const struct command_words *words, size_t first, enum reach reach)
{
    bool sets = first + 2 < words->count && token_is(words->items[first + 1], "-v");
    return sets ? builtin_set(script, words, first, words->items[first + 2], reach) : 0;
}

/* "read NAME …" */
static int builtin_read(
    struct script *script, const struct command_words *words, size_t first, enum reach reach)
{
    int r = 0;
    for (size_t i = first + 1; r == 0 && i < words->count; i++)
        if (*words->items[i]->text != '-')
            r = builtin_set(script, words, first, words->items[i], reach);
    return r;
}

/* "eval TEXT …": the text, expanded, is a script of one line. */
static int builtin_eval(
    struct script *script, const struct command_words *words, size_t first, enum reach reach)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    _cleanup_tokens_ struct tokens tokens = { 0 };
    for (size_t i = first + 1; i < words->count; i++) {
        _cleanup_expansion_ struct expansion word = { 0 };
        if (script_word(script, words->items[i], &word) < 0 ||
            buffer_printf(&text, "%s ", word.text.data) < 0)
            return -ENOMEM;
        if (text.size > EVAL_LENGTH_MAX)
            return 0;
    }
    if (tokens_read(&text, &tokens) < 0)
        return -ENOMEM;
    for (size_t i = 0; i < tokens.count; i++)
        tokens.items[i].line = words->items[first]->line;
    struct script inner = *script;
    inner.at = tokens.items;
    inner.end = &tokens.items[tokens.count - 1];
    inner.arguments = (struct strings){ 0 };
    inner.unknown = (struct script_unknown){ 0 };
    inner.is_in_statement = false;
    inner.is_eval = true;
    const struct strings *back = script->reader->values.arguments;
    int r = script_list(&inner, reach);
    script->reader->values.arguments = back;
    strings_free(&inner.arguments);
    buffer_free(&inner.unknown.text);
    return r < 0 ? r : 0;
}

int script_builtin(
    struct script *script, const struct command_words *words, size_t first, enum reach reach)
{
    static const struct {
        const char *name;
        int (*run)(struct script *script, const struct command_words *words, size_t first,
            enum reach reach);
    } builtins[] = {
        { "printf", builtin_printf },
        { "read", builtin_read },
        { "eval", builtin_eval },
    };
    for (size_t i = 0; i < sizeof(builtins) / sizeof(*builtins); i++)
        if (token_is(words->items[first], builtins[i].name))
            return builtins[i].run(script, words, first, reach);
    return 0;
}
