/* "[ … ]" and "[[ … ]]": whether a variable of ours is set, whether a file is there. */

#include <errno.h>
#include <string.h>

#include "overrides/script_internal.h"

static int outcome_of(bool holds)
{
    return holds ? OUTCOME_TRUE : OUTCOME_FALSE;
}

static bool is_path_test(const struct token *word)
{
    return word->length == 2 && *word->text == '-' && strchr("efdrsx", word->text[1]);
}

/* "-z TEXT", "-n TEXT", "-f PATH", or a text alone, with `condition` NULL. */
static int test_one(struct script *script, const struct token *condition, const struct token *word)
{
    _cleanup_expansion_ struct expansion value = { 0 };
    if (script_word(script, word, &value) < 0)
        return -ENOMEM;
    bool is_text = !condition || token_is(condition, "-n");
    /* A value that is not known as a whole is not empty when a part of it is. */
    if (!value.is_known)
        return OUTCOME_MAYBE;
    if (is_text)
        return outcome_of(value.text.size > 0);
    if (token_is(condition, "-z"))
        return outcome_of(value.text.size == 0);
    if (token_is(condition, "-v")) {
        const struct value *named =
            values_get(&script->reader->values, value.text.data, value.text.size);
        return named ? outcome_of(named->text) : OUTCOME_MAYBE;
    }
    if (!is_path_test(condition) || *value.text.data != '/')
        return OUTCOME_MAYBE;
    int there = tree_exists(script->reader->detection->tree, value.text.data);
    return there < 0 ? OUTCOME_MAYBE : outcome_of(there);
}

/* Quoted or not, a pattern behind "==" of "[[" is not matched here. */
static int test_two(struct script *script, const struct token *left, const struct token *condition,
    const struct token *right)
{
    _cleanup_expansion_ struct expansion a = { 0 }, b = { 0 };
    bool is_equal = token_is(condition, "=") || token_is(condition, "==");
    if (!is_equal && !token_is(condition, "!="))
        return OUTCOME_MAYBE;
    if (script_word(script, left, &a) < 0 || script_word(script, right, &b) < 0)
        return -ENOMEM;
    if (!a.is_known || !b.is_known || strpbrk(b.text.data, "*?["))
        return OUTCOME_MAYBE;
    return outcome_of((strcmp(a.text.data, b.text.data) == 0) == is_equal);
}

int script_test(struct script *script, const struct token *const *words, size_t count)
{
    bool is_negated = count > 1 && token_is(words[0], "!");
    words += is_negated;
    count -= is_negated;
    int outcome = count == 1   ? test_one(script, NULL, words[0])
                  : count == 2 ? test_one(script, words[0], words[1])
                  : count == 3 ? test_two(script, words[0], words[1], words[2])
                               : OUTCOME_MAYBE;
    return outcome >= 0 && is_negated ? OUTCOME_TRUE - outcome : outcome;
}
