/* SPDX-License-Identifier: MIT */
/* The grammar of a shell, as far as it says which commands run: lists, conditions, loops,
 * functions.
 */

#include <errno.h>
#include <string.h>

#include "overrides/script_internal.h"

enum { SCRIPT_DEPTH_MAX = 60, COMMANDS_MAX = 50000 };

static bool sees_word(const struct script *script, const char *text)
{
    return script->at->kind == TOKEN_WORD && token_is(script->at, text);
}

static bool sees_operator(const struct script *script, const char *text)
{
    return script->at->kind == TOKEN_OPERATOR && token_is(script->at, text);
}

static bool is_one_of(const struct token *token, const char *const *list)
{
    for (; *list; list++)
        if (token_is(token, *list))
            return true;
    return false;
}

/* Separates commands of a list. */
static bool is_separator(const struct token *token)
{
    return token->kind == TOKEN_OPERATOR &&
           is_one_of(token, (const char *const[]){ ";", "&", "\n", NULL });
}

/* Ends a list. */
static bool is_terminator(const struct token *token)
{
    static const char *const words[] = { "then", "elif", "else", "fi", "do", "done", "esac", "}",
        NULL };
    static const char *const operators[] = { ")", ";;", ";&", ";;&", NULL };
    if (token->kind == TOKEN_END)
        return true;
    return is_one_of(token, token->kind == TOKEN_WORD ? words : operators) &&
           token->kind != TOKEN_REDIRECT;
}

static void skip_newlines(struct script *script)
{
    while (sees_operator(script, "\n"))
        script->at++;
}

static void skip_redirects(struct script *script)
{
    while (script->at->kind == TOKEN_REDIRECT) {
        script->at++;
        if (script->at->kind == TOKEN_WORD)
            script->at++;
    }
}

static enum reach least(enum reach a, enum reach b)
{
    return a < b ? a : b;
}

/* What runs when something has ended in that way. */
enum reach script_reach_if(enum reach reach, int outcome)
{
    return outcome == OUTCOME_TRUE    ? reach
           : outcome == OUTCOME_MAYBE ? least(reach, REACH_MAYBE)
                                      : REACH_NEVER;
}

static int negate(int outcome)
{
    return outcome < 0 ? outcome : OUTCOME_TRUE - outcome;
}

static int run_pipeline(struct script *script, enum reach reach)
{
    script->at += sees_word(script, "time");
    bool is_negated = sees_word(script, "!");
    script->at += is_negated;
    int outcome = script_command(script, reach);
    skip_redirects(script);
    while (outcome >= 0 && (sees_operator(script, "|") || sees_operator(script, "|&"))) {
        script->at++;
        skip_newlines(script);
        /* In a process of its own. */
        int r = script_command(script, REACH_NEVER);
        outcome = r < 0 ? r : OUTCOME_MAYBE;
        skip_redirects(script);
    }
    return is_negated ? negate(outcome) : outcome;
}

static int run_and_or(struct script *script, enum reach reach)
{
    int outcome = run_pipeline(script, reach);
    while (outcome >= 0 && (sees_operator(script, "&&") || sees_operator(script, "||"))) {
        bool is_or = sees_operator(script, "||");
        script->at++;
        skip_newlines(script);
        int needed = is_or ? negate(outcome) : outcome;
        int r =
            run_pipeline(script, script->is_over ? REACH_NEVER : script_reach_if(reach, needed));
        if (r < 0)
            return r;
        /* Of "and" the lesser counts, of "or" the greater. */
        outcome = (r < outcome) != is_or ? r : outcome;
    }
    return outcome;
}

/* A command of a list; the outermost ones end what is not known of them. */
static int run_statement(struct script *script, enum reach reach)
{
    const struct token *start = script->at;
    bool is_outer = !script->is_in_statement;
    script->is_in_statement = true;
    int outcome = run_and_or(script, reach);
    if (!is_outer)
        return outcome;
    script->is_in_statement = false;
    int r = outcome < 0 ? outcome : script_unknown_end(script, start);
    return r < 0 ? r : outcome;
}

int script_list(struct script *script, enum reach reach)
{
    int outcome = OUTCOME_TRUE;
    while (outcome >= 0) {
        while (is_separator(script->at))
            script->at++;
        if (is_terminator(script->at))
            break;
        outcome = run_statement(script, script->is_over ? REACH_NEVER : reach);
    }
    return outcome;
}

/* Moves behind a word, if it is there. */
static bool accept_word(struct script *script, const char *word)
{
    bool sees = sees_word(script, word);
    script->at += sees;
    return sees;
}

static int run_if(struct script *script, enum reach reach)
{
    int outcome;
    bool more = true;
    while (more) {
        outcome = script_list(script, reach);
        if (outcome < 0)
            return outcome;
        (void) accept_word(script, "then");
        int r = script_list(script, script_reach_if(reach, outcome));
        if (r < 0)
            return r;
        reach = script_reach_if(reach, negate(outcome));
        more = accept_word(script, "elif");
    }
    if (accept_word(script, "else") && script_list(script, reach) < 0)
        return -ENOMEM;
    (void) accept_word(script, "fi");
    return OUTCOME_MAYBE;
}

static int run_while(struct script *script, enum reach reach)
{
    bool is_until = token_is(script->at - 1, "until");
    int outcome = script_list(script, reach);
    if (outcome < 0)
        return outcome;
    (void) accept_word(script, "do");
    outcome = is_until ? negate(outcome) : outcome;
    int r = script_list(script, script_reach_if(least(reach, REACH_MAYBE), outcome));
    (void) accept_word(script, "done");
    return r < 0 ? r : OUTCOME_MAYBE;
}

static int run_for(struct script *script, enum reach reach)
{
    static const struct token all_arguments = { TOKEN_WORD, "\"$@\"", 4, 0 };
    struct command_words words = { .count = 0 };
    const struct token *name = script->at;
    if (script->at->kind == TOKEN_WORD)
        script->at++;
    if (!accept_word(script, "in"))
        words.items[words.count++] = &all_arguments;
    while (!sees_word(script, "do") && script->at->kind != TOKEN_END) {
        if (script->at->kind == TOKEN_WORD && words.count < SCRIPT_WORDS_MAX)
            words.items[words.count++] = script->at;
        script->at++;
    }
    (void) accept_word(script, "do");
    int r = name->kind != TOKEN_WORD    ? script_list(script, REACH_NEVER)
            : script_loop_reads(script) ? script_loop_files(script, &words, reach)
                                        : script_loop_words(script, name, &words, reach);
    (void) accept_word(script, "done");
    return r < 0 ? r : OUTCOME_MAYBE;
}

static int run_group(struct script *script, enum reach reach)
{
    int outcome = script_list(script, reach);
    (void) accept_word(script, "}");
    return outcome;
}

/* What a subshell does stays in it. */
static int run_subshell(struct script *script)
{
    int r = script_list(script, REACH_NEVER);
    script->at += sees_operator(script, ")");
    return r < 0 ? r : OUTCOME_MAYBE;
}

/* A definition; what the function does counts when it is called. */
static int define_function(struct script *script, const struct token *name, enum reach reach)
{
    if (sees_operator(script, "(")) {
        script->at++;
        script->at += sees_operator(script, ")");
    }
    skip_newlines(script);
    if (reach != REACH_NEVER && script->function_count < SCRIPT_FUNCTIONS_MAX)
        script->functions[script->function_count++] = (struct script_function){ name, script->at };
    int r = script_command(script, REACH_NEVER);
    return r < 0 ? r : OUTCOME_TRUE;
}

static int run_function(struct script *script, enum reach reach)
{
    const struct token *name = script->at;
    script->at += name->kind == TOKEN_WORD;
    return define_function(script, name, reach);
}

/* "[[ … ]]", which has operators in it. */
static int run_double_brackets(struct script *script, enum reach reach)
{
    struct command_words words = { .count = 0 };
    bool is_simple = true;
    while (!sees_word(script, "]]") && script->at->kind != TOKEN_END) {
        is_simple = is_simple && (script->at->kind == TOKEN_WORD || sees_operator(script, "&&") ||
                                     sees_operator(script, "||"));
        if (words.count < SCRIPT_WORDS_MAX)
            words.items[words.count++] = script->at;
        script->at++;
    }
    (void) accept_word(script, "]]");
    return is_simple && reach != REACH_NEVER ? script_test(script, words.items, words.count)
                                             : OUTCOME_MAYBE;
}

static int run_simple(struct script *script, enum reach reach)
{
    struct command_words words = { .count = 0 };
    while (script->at->kind == TOKEN_WORD || script->at->kind == TOKEN_REDIRECT) {
        if (script->at->kind == TOKEN_REDIRECT) {
            skip_redirects(script);
            continue;
        }
        if (words.count < SCRIPT_WORDS_MAX)
            words.items[words.count++] = script->at;
        script->at++;
    }
    /* In a process of its own. */
    bool is_apart = script->at->kind == TOKEN_OPERATOR &&
                    is_one_of(script->at, (const char *const[]){ "&", "|", "|&", NULL });
    return reach != REACH_NEVER && !is_apart && words.count > 0
               ? script_simple(script, &words, reach)
               : OUTCOME_MAYBE;
}

static const struct {
    const char *word;
    int (*run)(struct script *script, enum reach reach);
} compounds[] = {
    { "if", run_if },
    { "while", run_while },
    { "until", run_while },
    { "for", run_for },
    { "select", run_for },
    { "case", script_case },
    { "{", run_group },
    { "function", run_function },
    { "[[", run_double_brackets },
};

static int run_compound(struct script *script, enum reach reach)
{
    const struct token *first = script->at;
    if (sees_operator(script, "(")) {
        script->at++;
        return run_subshell(script);
    }
    if (first->kind != TOKEN_WORD) {
        /* Nothing that a shell would read. */
        script->at += first->kind != TOKEN_END && !is_terminator(first);
        skip_redirects(script);
        return OUTCOME_MAYBE;
    }
    for (size_t i = 0; i < sizeof(compounds) / sizeof(*compounds); i++)
        if (accept_word(script, compounds[i].word))
            return compounds[i].run(script, reach);
    if (first[1].kind == TOKEN_OPERATOR && token_is(&first[1], "(")) {
        script->at++;
        return define_function(script, first, reach);
    }
    return run_simple(script, reach);
}

int script_command(struct script *script, enum reach reach)
{
    const struct token *start = script->at;
    if (script->depth >= SCRIPT_DEPTH_MAX || script->reader->commands >= COMMANDS_MAX ||
        script->reader->work >= SCRIPT_WORK_MAX) {
        script->at = script->end;
        return OUTCOME_MAYBE;
    }
    script->depth++;
    script->reader->commands++;
    int outcome = run_compound(script, reach);
    script->reader->work += (size_t) (script->at - start);
    script->depth--;
    return outcome;
}
