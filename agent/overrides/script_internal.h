#pragma once

/* What the parts of the reader of scripts share. */

#include "overrides/script.h"
#include "overrides/script_expand.h"
#include "overrides/script_lexer.h"

enum { SCRIPT_FUNCTIONS_MAX = 64, SCRIPT_WORDS_MAX = 200 };

/* How a command ends. Functions return one of these, or -ENOMEM. */
enum outcome { OUTCOME_FALSE, OUTCOME_MAYBE, OUTCOME_TRUE };

struct script_function {
    const struct token *name;
    const struct token *body;
};

struct script {
    struct script_reader *reader;
    const char *path;
    const struct token *at;
    const struct token *end;
    struct script_function functions[SCRIPT_FUNCTIONS_MAX];
    size_t function_count;
    unsigned int depth;
    bool is_over;     /* after return or exit */
    bool exports_all; /* set -a */
};

/* The words of a simple command, without redirections; borrowed from the tokens. */
struct command_words {
    const struct token *items[SCRIPT_WORDS_MAX];
    size_t count;
};

/* What may be spent on the scripts of a shell: a loop in a loop takes no time to write. */
enum { SCRIPT_WORK_MAX = 1 << 24 };

/* Runs the command at script->at and moves behind it. */
int script_command(struct script *script, enum reach reach);

/* Runs the commands from script->at up to what ends their list. */
int script_list(struct script *script, enum reach reach);

/* Whether the body of a loop, which begins at script->at, reads other scripts. */
bool script_loop_reads(const struct script *script);

/* Reads the scripts that a loop over files reads, instead of running its body. */
int script_loop_files(struct script *script, const struct command_words *words, enum reach reach);

/* Runs the body of a loop for each word. */
int script_loop_words(struct script *script, const struct token *name,
    const struct command_words *words, enum reach reach);

/* Runs a simple command. */
int script_simple(struct script *script, const struct command_words *words, enum reach reach);

/* Runs a command that sets variables in a way of its own, such as read; others do nothing. 0 or
 * -ENOMEM. */
int script_builtin(
    struct script *script, const struct command_words *words, size_t first, enum reach reach);

/* Whether a test holds; first and last are what stands between the brackets. */
int script_test(struct script *script, const struct token *const *words, size_t count);

/* Expands a word, also "~" in front of a path. 0 or -ENOMEM. */
int script_word(struct script *script, const struct token *word, struct expansion *ret);
