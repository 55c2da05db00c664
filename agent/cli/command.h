#pragma once

/* The commands: one table that dispatches and prints the help. */

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
    COMMAND_ANY =
        COMMAND_RUN | COMMAND_CREDENTIALS | COMMAND_EXPLAIN | COMMAND_REMOVE | COMMAND_SEAL,
};

struct command {
    const char *name;
    unsigned int bit;
    const char *arguments; /* their name in the help; NULL: it takes none */
    const char *summary;   /* one line, for the list of commands */
    const char *text;      /* what it does, for its own help */

    /* Does the work; messages have been logged when it returns. Returns the exit status. */
    int (*run)(const struct options *options);
};

/* The command of that name, or the default one for NULL. NULL and an error with EX_USAGE that
 * offers the nearest name when there is none. */
const struct command *command_find(const char *name, struct error *err);

/* Prints the help of a command, or with NULL of the whole program. */
void command_print_help(FILE *file, const struct command *command);

int command_run(const struct options *options);
int command_credentials(const struct options *options);
int command_explain(const struct options *options);
int command_remove(const struct options *options);
int command_seal(const struct options *options);
