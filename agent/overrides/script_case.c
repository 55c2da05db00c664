/* SPDX-License-Identifier: MIT */
/* "case WORD in PATTERN) …": which branches may run. */

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "overrides/script_internal.h"

/* Whether a pattern matches what a word stands for. */
static int case_match(
    struct script *script, const struct expansion *subject, const struct token *word)
{
    _cleanup_expansion_ struct expansion pattern = { 0 };
    if (token_is(word, "*"))
        return OUTCOME_TRUE;
    if (script_word(script, word, &pattern) < 0)
        return -ENOMEM;
    if (!subject->is_known || !pattern.is_known)
        return OUTCOME_MAYBE;
    return fnmatch(pattern.text.data, subject->text.data, 0) == 0 ? OUTCOME_TRUE : OUTCOME_FALSE;
}

/* The patterns up to the bracket behind them: the best match. */
static int case_patterns(struct script *script, const struct expansion *subject)
{
    int best = OUTCOME_FALSE;
    for (; script->at->kind != TOKEN_END; script->at++) {
        bool is_word = script->at->kind == TOKEN_WORD;
        if (!is_word && token_is(script->at, ")"))
            break;
        int match = is_word ? case_match(script, subject, script->at) : OUTCOME_FALSE;
        if (match < 0)
            return match;
        best = match > best ? match : best;
    }
    script->at += script->at->kind != TOKEN_END;
    return best;
}

/* What is known before a branch. */
struct case_state {
    enum reach reach;
    bool falls; /* from the branch before: the patterns do not count */
};

/* Runs a branch, and sets what is left for the next ones. */
static int case_branch(
    struct script *script, const struct expansion *subject, struct case_state *state)
{
    const struct case_state before = *state;
    int match = case_patterns(script, subject);
    if (match == OUTCOME_FALSE && before.falls)
        match = OUTCOME_MAYBE;
    if (match < 0 || script_list(script, script_reach_if(before.reach, match)) < 0)
        return -ENOMEM;
    bool ends = script->at->kind == TOKEN_OPERATOR;
    state->falls = ends && !token_is(script->at, ";;");
    state->reach =
        script_reach_if(before.reach, state->falls ? OUTCOME_MAYBE : OUTCOME_TRUE - match);
    script->at += ends;
    return 0;
}

int script_case(struct script *script, enum reach reach)
{
    _cleanup_expansion_ struct expansion subject = { 0 };
    struct case_state state = { .reach = reach };
    if (script_word(script, script->at, &subject) < 0)
        return -ENOMEM;
    while (script->at->kind != TOKEN_END && !token_is(script->at, "in"))
        script->at++;
    script->at += script->at->kind != TOKEN_END;
    for (;;) {
        while (script->at->kind == TOKEN_OPERATOR && token_is(script->at, "\n"))
            script->at++;
        if (script->at->kind == TOKEN_END)
            break;
        if (script->at->kind == TOKEN_WORD && token_is(script->at, "esac")) {
            script->at++;
            break;
        }
        if (case_branch(script, &subject, &state) < 0)
            return -ENOMEM;
    }
    return OUTCOME_MAYBE;
}
