/* SPDX-License-Identifier: MIT */
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

/* What is exported, or unset, and nobody knows which names that are, until the statement ends. */
struct script_unknown {
    struct buffer text; /* words, as far as they are known */
    size_t line;
    bool is_there;
    bool unsets;
    enum reach reach;
};

struct script {
    struct script_reader *reader;
    const char *path;
    const struct token *at;
    const struct token *end;
    struct script_function functions[SCRIPT_FUNCTIONS_MAX];
    size_t function_count;
    unsigned int depth;
    unsigned int calls;       /* of functions, one in the other */
    struct strings arguments; /* of set */
    struct script_unknown unknown;
    bool is_in_statement;
    bool is_eval;     /* its words are commands that nobody may know */
    bool is_over;     /* after return or exit */
    bool exports_all; /* set -a */
};

/* How a command sets variables. */
struct script_manner {
    bool exports;
    bool is_readonly;
    bool unsets;
    bool is_local; /* in a function */
    enum reach reach;
};

/* A word as a command gets it. */
struct script_argument {
    char *text;
    bool is_known;
};

/* Zero-initialise: {0}. */
struct script_arguments {
    struct script_argument *items;
    size_t count;
    size_t size; /* bytes of all texts: there is a limit */
};

/* The words of a simple command, without redirections; borrowed from the tokens. */
struct command_words {
    const struct token *items[SCRIPT_WORDS_MAX];
    size_t count;
};

/* What may be spent on the scripts of a shell: a loop in a loop takes no time to write. */
enum { SCRIPT_WORK_MAX = 1 << 24, SCRIPT_READ_COST = 8 /* a byte of a file */ };

/* Counts a file that is to be read; false when there were too many, or no work is left. */
bool script_may_read(struct script_reader *reader);

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

/* Runs what is behind "case". */
int script_case(struct script *script, enum reach reach);

enum reach script_reach_if(enum reach reach, int outcome);

/* Runs a simple command. */
int script_simple(struct script *script, const struct command_words *words, enum reach reach);

/* Runs a command that sets variables in a way of its own, such as read; others do nothing. 0 or
 * -ENOMEM. */
int script_builtin(
    struct script *script, const struct command_words *words, size_t first, enum reach reach);

/* Whether a test holds; first and last are what stands between the brackets. */
int script_test(struct script *script, const struct token *const *words, size_t count);

/* Runs export, declare, unset and the like. Sets whether the command is one of them. */
int script_declare(struct script *script, const struct command_words *words, size_t first,
    enum reach reach, bool *ret_is_one);

/* Runs an assignment that is a command. 0 or -ENOMEM. */
int script_assign(struct script *script, const struct token *word, enum reach reach);

/* The length of the name that a word assigns to; 0: it is no assignment. */
size_t script_assigned_length(const char *text, size_t length, bool *ret_appends);

/* Remembers names that are not known, for the end of the statement. 0 or -ENOMEM. */
int script_unknown_add(
    struct script *script, const char *text, size_t line, const struct script_manner *manner);

/* Sets what a statement, which begins at `start`, may have set: what is in the files that it names;
 * without a file one of our variables, if it speaks of them. 0 or -ENOMEM. */
int script_unknown_end(struct script *script, const struct token *start);

/* Appends what a word becomes, several words when it is split. 0 or -ENOMEM. */
int script_split(struct script *script, const struct token *word, struct script_arguments *ret);

/* Appends what words become, from one on. 0 or -ENOMEM. */
int script_split_all(struct script *script, const struct command_words *words, size_t first,
    struct script_arguments *ret);

/* Copies the texts: 1; 0 when not all of them are known; or -ENOMEM. */
int script_arguments_copy(const struct script_arguments *arguments, struct strings *ret);
void script_arguments_free(struct script_arguments *arguments);

#define _cleanup_arguments_ _cleanup_(script_arguments_free)

/* Expands a word, also "~" in front of a path; nothing is known of it when no work is left. 0 or
 * -ENOMEM. */
int script_word(struct script *script, const struct token *word, struct expansion *ret);
