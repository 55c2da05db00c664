/* SPDX-License-Identifier: MIT */
/* Assignments of a shell: alone, and as words of export, declare, unset and the like. */

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/memory.h"
#include "overrides/compare.h"
#include "overrides/script_internal.h"

size_t script_assigned_length(const char *text, size_t length, bool *ret_appends)
{
    size_t n = 0;
    while (n < length && (isalnum((unsigned char) text[n]) || text[n] == '_'))
        n++;
    *ret_appends = n + 1 < length && memcmp(text + n, "+=", 2) == 0;
    bool assigns = *ret_appends || (n < length && text[n] == '=');
    return assigns && n > 0 && !isdigit((unsigned char) *text) ? n : 0;
}

static int assign_text(struct script *script, const char *name, const char *text, bool is_known,
    const struct script_manner *manner, size_t line)
{
    struct script_reader *reader = script->reader;
    const struct environment *environment = reader->detection->environment;
    if (manner->is_local && compare_variable(environment, name) != VARIABLES)
        return 0;
    return values_assign(&reader->values, environment,
        &(struct assignment){ .name = name,
            .text = text,
            .path = script->path,
            .line = line,
            .is_known = is_known,
            .is_export = manner->exports || script->exports_all,
            .is_readonly = manner->is_readonly,
            .reach = manner->reach });
}

/* "NAME=value" or "NAME+=value", expanded. */
static int assign_word(struct script *script, const struct script_argument *word, size_t length,
    bool appends, const struct script_manner *manner, size_t line)
{
    _cleanup_mem_ char *name = mem_strndup(word->text, length);
    _cleanup_buffer_ struct buffer text = { 0 };
    const struct value *old =
        appends ? values_get(&script->reader->values, word->text, length) : NULL;
    if (!name || buffer_printf(&text, "%s%s", old && old->text ? old->text : "",
                     word->text + length + 1 + appends) < 0)
        return -ENOMEM;
    return assign_text(script, name, text.data, word->is_known, manner, line);
}

/* A word of export, declare and the like, expanded: an assignment, or a name. */
static int declare_word(struct script *script, const struct script_argument *word,
    const struct script_manner *manner, size_t line)
{
    bool appends;
    size_t length = script_assigned_length(word->text, strlen(word->text), &appends);
    if (length > 0)
        return assign_word(script, word, length, appends, manner, line);
    if (!word->is_known)
        return script_unknown_add(script, word->text, line, manner);
    if (manner->unsets)
        return assign_text(script, word->text, NULL, true, manner, line);
    if (manner->exports)
        values_export(&script->reader->values, word->text);
    return 0;
}

int script_assign(struct script *script, const struct token *word, enum reach reach)
{
    const struct script_manner manner = { .reach = reach };
    _cleanup_arguments_ struct script_arguments list = { 0 };
    int r = script_split(script, word, &list);
    for (size_t i = 0; r == 0 && i < list.count; i++)
        r = declare_word(script, &list.items[i], &manner, word->line);
    return r;
}

static bool has_letter(const struct token *word, char letter)
{
    return *word->text == '-' && memchr(word->text, letter, word->length);
}

/* Heeds an option; false where what follows are functions. */
static bool declare_option(const struct token *word, struct script_manner *manner)
{
    manner->exports |= has_letter(word, 'x');
    manner->is_readonly |= has_letter(word, 'r');
    manner->is_local &= !has_letter(word, 'g');
    manner->unsets |= manner->exports && token_is(word, "-n");
    return !token_is(word, "-f");
}

/* All words are expanded before the first is assigned. */
static int declare_words(struct script *script, const struct command_words *words, size_t first,
    struct script_manner manner)
{
    size_t lines[SCRIPT_WORDS_MAX];
    _cleanup_arguments_ struct script_arguments list = { 0 };
    for (size_t i = first + 1, done = 0; i < words->count; i++) {
        const struct token *word = words->items[i];
        if (*word->text == '-' || *word->text == '+') {
            if (!declare_option(word, &manner))
                break;
        } else if (script_split(script, word, &list) < 0)
            return -ENOMEM;
        for (; done < list.count; done++)
            lines[done] = word->line;
    }
    for (size_t i = 0; i < list.count; i++)
        if (declare_word(script, &list.items[i], &manner, lines[i]) < 0)
            return -ENOMEM;
    return OUTCOME_TRUE;
}

static const struct {
    const char *name;
    struct script_manner manner;
} declarations[] = {
    { "export", { .exports = true } },
    { "declare", { .is_local = true } },
    { "typeset", { .is_local = true } },
    { "local", { .is_local = true } },
    { "readonly", { .is_readonly = true } },
    { "unset", { .unsets = true } },
};

int script_declare(struct script *script, const struct command_words *words, size_t first,
    enum reach reach, bool *ret_is_one)
{
    *ret_is_one = true;
    for (size_t i = 0; i < sizeof(declarations) / sizeof(*declarations); i++)
        if (token_is(words->items[first], declarations[i].name)) {
            struct script_manner manner = declarations[i].manner;
            manner.is_local &= script->calls > 0;
            manner.reach = reach;
            return declare_words(script, words, first, manner);
        }
    *ret_is_one = false;
    return 0;
}
