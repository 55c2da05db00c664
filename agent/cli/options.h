/* SPDX-License-Identifier: MIT */
#pragma once

/* The command line. */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/error.h"
#include "setup/setup.h"

/* What was given; strings are borrowed from the arguments, NULL where an option was not given. */
struct options {
    const char *command; /* the first argument that is no option; NULL: none */
    char **arguments;    /* those behind it */
    size_t argument_count;
    struct setup_options setup;
    bool json;
    bool verbose;
    bool quiet;
    bool version;
    bool help;
    bool check;
    bool ahead; /* what is fetched counts for the next check, too */
    bool dry_run;
    bool diff;
    bool restart;
    const char *no_proxy; /* run adds it to the settings, explain explains it */
    const char *format;
    const char *client;
    bool list_clients;
    bool ca;
    bool identity;    /* seal looks for the account and the addresses, too */
    bool no_ssh_keys; /* to it each key that may log in by ssh is left */
    bool list;
};

/* An option. */
struct option_row {
    const char *name;
    char letter;           /* the short form, or '\0' */
    const char *argument;  /* its name in the help; NULL: a flag */
    unsigned int commands; /* the bits of those that take it */
    size_t offset;         /* in struct options: a bool, or a const char * */
    const char *help;      /* one line */
};

/* In the order of the help. */
extern const struct option_row options_table[];
extern const size_t options_count;

/* Parses the arguments. 0, or -EINVAL and an error with EX_USAGE that names the argument and offers
 * the nearest option. */
int options_parse(int argc, char *argv[], struct options *ret, struct error *err);

/* Whether each option that was given is one of the command's; the error says so if not. */
int options_check(int argc, char *argv[], unsigned int command, struct error *err);

/* Prints the options of a command, a line each: its own ones, or those that all commands have. */
void options_print(FILE *file, unsigned int command, bool common);
