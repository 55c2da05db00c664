/* SPDX-License-Identifier: MIT */
/* The words that a command gets: braces, and values that are split. */

#include <errno.h>
#include <string.h>

#include "lib/memory.h"
#include "overrides/script_internal.h"

enum { WORDS_LENGTH_MAX = 1 << 17 };

static const char blanks[] = " \t\n";

void script_arguments_free(struct script_arguments *arguments)
{
    for (size_t i = 0; i < arguments->count; i++)
        mem_free(arguments->items[i].text);
    mem_free(arguments->items);
    *arguments = (struct script_arguments){ 0 };
}

int script_arguments_copy(const struct script_arguments *arguments, struct strings *ret)
{
    int known = 1;
    for (size_t i = 0; i < arguments->count; i++) {
        known &= arguments->items[i].is_known;
        if (strings_append(ret, arguments->items[i].text) < 0)
            return -ENOMEM;
    }
    return known;
}

/* More than a command can have are left out. */
static int arguments_add(
    struct script_arguments *ret, const char *text, size_t length, bool is_known)
{
    if (ret->count == SCRIPT_WORDS_MAX || length > WORDS_LENGTH_MAX - ret->size)
        return 0;
    struct script_argument *items = mem_grow(ret->items, ret->count + 1, sizeof(*items));
    if (!items)
        return -ENOMEM;
    ret->items = items;
    char *copy = mem_strndup(text, length);
    if (!copy)
        return -ENOMEM;
    items[ret->count++] = (struct script_argument){ copy, is_known };
    ret->size += length;
    return 0;
}

/* "NAME=value" is not split, and "~" can begin its value. */
static int words_add_assignment(
    struct script *script, const struct token *word, size_t skip, struct script_arguments *ret)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    _cleanup_expansion_ struct expansion value = { 0 };
    const struct token rest = { .text = word->text + skip, .length = word->length - skip };
    if (script_word(script, &rest, &value) < 0 ||
        buffer_printf(&text, "%.*s%s", (int) skip, word->text, value.text.data) < 0)
        return -ENOMEM;
    return arguments_add(ret, text.data, text.size, value.is_known);
}

static bool words_is_quoted(const struct token *word)
{
    for (size_t i = 0; i < word->length; i++)
        if (strchr("\"'\\", word->text[i]))
            return true;
    return false;
}

/* A word that is no assignment. */
static int words_add_plain(
    struct script *script, const struct token *word, struct script_arguments *ret)
{
    _cleanup_expansion_ struct expansion text = { 0 };
    if (script_word(script, word, &text) < 0)
        return -ENOMEM;
    if (!text.is_known || words_is_quoted(word))
        return arguments_add(ret, text.text.data, text.text.size, text.is_known);
    int r = 0;
    const char *part = text.text.data + strspn(text.text.data, blanks);
    while (r == 0 && *part) {
        size_t length = strcspn(part, blanks);
        r = arguments_add(ret, part, length, true);
        part += length + strspn(part + length, blanks);
    }
    return r;
}

static int words_add_one(
    struct script *script, const struct token *word, struct script_arguments *ret)
{
    bool appends;
    size_t length = script_assigned_length(word->text, word->length, &appends);
    const struct strings *all = script->reader->values.arguments;
    if (length > 0)
        return words_add_assignment(script, word, length + 1 + appends, ret);
    if (!all || !token_is(word, "\"$@\""))
        return words_add_plain(script, word, ret);
    int r = 0;
    for (size_t i = 0; r == 0 && i < all->count; i++)
        r = arguments_add(ret, all->items[i], strlen(all->items[i]), true);
    return r;
}

/* "{http,https}_proxy=value": a word for each part of the braces, as bash makes them. */
static int words_add_braces(
    struct script *script, const struct token *word, size_t close, struct script_arguments *ret)
{
    int r = 0;
    size_t *work = &script->reader->work;
    for (size_t start = 1; r == 0 && start < close && *work < SCRIPT_WORK_MAX;) {
        *work += word->length - close;
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
            r = words_add_one(script, &one, ret);
        start = end + 1;
    }
    return r;
}

int script_split(struct script *script, const struct token *word, struct script_arguments *ret)
{
    const char *close = *word->text == '{' ? memchr(word->text, '}', word->length) : NULL;
    return close ? words_add_braces(script, word, (size_t) (close - word->text), ret)
                 : words_add_one(script, word, ret);
}

int script_split_all(struct script *script, const struct command_words *words, size_t first,
    struct script_arguments *ret)
{
    int r = 0;
    for (size_t i = first; r == 0 && i < words->count; i++)
        r = script_split(script, words->items[i], ret);
    return r;
}
