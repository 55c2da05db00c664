/* SPDX-License-Identifier: MIT */
#pragma once

/* A shell script as words and operators. POSIX shell command language, section 2.3, and what bash
 * and zsh add that can stand around an assignment. Nothing is expanded. */

#include <stdbool.h>
#include <stddef.h>

#include "lib/buffer.h"

enum token_kind {
    TOKEN_WORD,     /* with its quotes */
    TOKEN_OPERATOR, /* ; & | && || ( ) ;; and a newline */
    TOKEN_REDIRECT, /* < > >> >& …: its target is the next word */
    TOKEN_END,
};

/* Borrowed from the script. */
struct token {
    enum token_kind kind;
    const char *text;
    size_t length;
    size_t line; /* from 1 */
};

/* Zero-initialise: {0}. The last one is TOKEN_END. */
struct tokens {
    struct token *items;
    size_t count;
};

/* Splits a script, also one that no shell would read: what is not closed ends with the script. 0
 * or -ENOMEM. The caller frees *ret with tokens_free(). */
int tokens_read(const struct buffer *script, struct tokens *ret);

bool token_is(const struct token *token, const char *text);

void tokens_free(struct tokens *tokens);

#define _cleanup_tokens_ _cleanup_(tokens_free)
