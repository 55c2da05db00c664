/* SPDX-License-Identifier: MIT */
/* "[ … ]" and "[[ … ]]": whether a variable of ours is set, whether a file is there. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "files/answer.h"
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
    if (there < 0)
        return file_failure_is_answer(there) ? OUTCOME_MAYBE : there;
    return outcome_of(there);
}

/* "NUMBER -eq NUMBER" and its kin. */
static int test_numbers(const char *left, const struct token *condition, const char *right)
{
    static const struct {
        const char *condition;
        bool less, equal, greater;
    } rows[] = {
        { "-eq", false, true, false },
        { "-ne", true, false, true },
        { "-gt", false, false, true },
        { "-ge", false, true, true },
        { "-lt", true, false, false },
        { "-le", true, true, false },
    };
    char *left_end, *right_end;
    long a = strtol(left, &left_end, 10), b = strtol(right, &right_end, 10);
    if (left_end == left || *left_end || right_end == right || *right_end)
        return OUTCOME_MAYBE;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (token_is(condition, rows[i].condition))
            return outcome_of(a < b ? rows[i].less : a > b ? rows[i].greater : rows[i].equal);
    return OUTCOME_MAYBE;
}

/* Quoted or not, a pattern behind "==" of "[[" is not matched here. */
static int test_two(struct script *script, const struct token *left, const struct token *condition,
    const struct token *right)
{
    _cleanup_expansion_ struct expansion a = { 0 }, b = { 0 };
    bool is_equal = token_is(condition, "=") || token_is(condition, "==");
    if (script_word(script, left, &a) < 0 || script_word(script, right, &b) < 0)
        return -ENOMEM;
    if (!a.is_known || !b.is_known || strpbrk(b.text.data, "*?["))
        return OUTCOME_MAYBE;
    if (!is_equal && !token_is(condition, "!="))
        return test_numbers(a.text.data, condition, b.text.data);
    return outcome_of((strcmp(a.text.data, b.text.data) == 0) == is_equal);
}

static int test_simple(struct script *script, const struct token *const *words, size_t count)
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

/* Where one of two words joins two tests; 0: nowhere. */
static size_t find_either(
    const struct token *const *words, size_t count, const char *a, const char *b)
{
    for (size_t i = 1; i + 1 < count; i++)
        if (token_is(words[i], a) || token_is(words[i], b))
            return i;
    return 0;
}

int script_test(struct script *script, const struct token *const *words, size_t count)
{
    size_t either = find_either(words, count, "-o", "||");
    size_t joint = either > 0 ? either : find_either(words, count, "-a", "&&");
    if (joint == 0)
        return test_simple(script, words, count);
    int left = script_test(script, words, joint);
    int right = script_test(script, words + joint + 1, count - joint - 1);
    if (left < 0 || right < 0)
        return -ENOMEM;
    /* Of "or" the greater counts, of "and" the lesser. */
    return (left > right) == (either > 0) ? left : right;
}
