/* SPDX-License-Identifier: MIT */
#pragma once

/* Lines of the files that programs have of their own: wget, curl, git, npm, and plain sections. */

#include <stdbool.h>

#include "lib/buffer.h"
#include "proxy/environment.h"

enum program_syntax {
    SYNTAX_WGET, /* NAME = value; case, '-' and '_' of names do not count */
    SYNTAX_CURL, /* NAME value, with "=", ":" or a blank; "-x value" */
    SYNTAX_GIT,  /* [SECTION "scope"], with settings behind it; '#' and ';' end a value */
    SYNTAX_NPM,  /* as in git; "${NAME}" is expanded; what is in a section does not count */
    SYNTAX_INI,  /* [SECTION]; "=" or ":"; nothing is taken off a value */
};

/* A setting, taken apart. Zero-initialise: {0}. */
struct program_line {
    char *name;
    char *value; /* without quotes and comments */
};

/* Which section a line is in; what is too long is cut. Zero-initialise: {0}. */
struct program_section {
    char name[64];
    char scope[512]; /* the text in quotes, or the name itself */
    bool is_special; /* of one host: [http "https://host"] */
};

/* Takes a line apart, and changes it. 1, 0 when it is no setting, or -ENOMEM. The caller frees *ret
 * with program_line_free(). */
int program_line_split(char *text, enum program_syntax syntax, struct program_line *ret);
void program_line_free(struct program_line *line);

/* Moves behind the header of a section, at whose '[' the text stands. */
char *program_section_read(char *text, enum program_syntax syntax, struct program_section *section);

/* Whether a name is that of a key: to wget "HTTP-Proxy" is "httpproxy". */
bool program_is_key(enum program_syntax syntax, const char *name, const char *key);

/* Appends a value with "${NAME}" replaced, as npm does, where it names a variable of ours. 0 or
 * -ENOMEM. */
int program_expand(const struct environment *environment, const char *value, struct buffer *ret);

#define _cleanup_program_line_ _cleanup_(program_line_free)
