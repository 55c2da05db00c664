/* SPDX-License-Identifier: MIT */
#pragma once

/* A command: one row for dispatch, help and options. main.c has the table of them, commands/ a file
 * for each. */

#include <stdio.h>

#include "cli/options.h"
#include "lib/error.h"

/* One bit each, for the options that a command takes. */
enum {
    COMMAND_RUN = 1 << 0,
    COMMAND_CREDENTIALS = 1 << 1,
    COMMAND_EXPLAIN = 1 << 2,
    COMMAND_REMOVE = 1 << 3,
    COMMAND_SEAL = 1 << 4,
    COMMAND_TRUST = 1 << 5,
    COMMAND_FETCH = 1 << 6,
    COMMAND_DOCTOR = 1 << 7,
    COMMAND_ANY = (1 << 16) - 1,
};

struct command {
    const char *name;
    unsigned int bit;
    const char *arguments; /* their name in the help; NULL: it takes none */
    const char *summary;   /* one line, for the list of commands */
    const char *text;      /* what it does, for its own help */
    const char *manual;    /* its own page, "NAME(SECTION)"; NULL: it is in that of the program */

    /* Does the work; messages have been logged when it returns. Returns the exit status. */
    int (*run)(const struct options *options);
};

/* What an exit status of the program means, for all commands. */
struct exit_status {
    int status;
    const char *meaning;
};

extern const struct exit_status exit_statuses[];
extern const size_t exit_statuses_count;

/* The command of that name in a table that ends with NULL, or its first one for a NULL name. NULL
 * and an error with EX_USAGE that offers the nearest name when there is none. */
const struct command *command_find(
    const struct command *const table[], const char *name, struct error *err);

/* Prints the help of a command, or with NULL of the whole program. */
void command_print_help(
    FILE *file, const struct command *const table[], const struct command *command);
