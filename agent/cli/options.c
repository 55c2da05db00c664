/* SPDX-License-Identifier: MIT */
/* A row per option, for getopt_long(3) and for the help. */

#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <string.h>

#include "cli/command.h"
#include "lib/array.h"
#include "lib/suggest.h"

const struct option_row options_table[] = {
    { "root", '\0', "DIR", COMMAND_ANY, offsetof(struct options, setup.root),
        "act on the tree below DIR, and read its settings" },
    { "config", '\0', "PATH", COMMAND_ANY, offsetof(struct options, setup.config),
        "read this file or directory instead of the usual settings" },
    { "endpoint", '\0', "URL", COMMAND_RUN | COMMAND_CREDENTIALS | COMMAND_FETCH | COMMAND_DOCTOR,
        offsetof(struct options, setup.endpoint), "ask the metadata service at URL" },
    { "http-proxy", '\0', "URL", COMMAND_RUN, offsetof(struct options, setup.http_proxy),
        "the proxy for http:// URLs" },
    { "https-proxy", '\0', "URL", COMMAND_RUN, offsetof(struct options, setup.https_proxy),
        "the proxy for https:// URLs" },
    { "no-proxy", '\0', "LIST", COMMAND_RUN | COMMAND_EXPLAIN, offsetof(struct options, no_proxy),
        "hosts to reach directly: run adds them, explain explains them" },
    { "client", '\0', "ID[,ID]", COMMAND_EXPLAIN, offsetof(struct options, client),
        "only these clients" },
    { "list-clients", '\0', NULL, COMMAND_EXPLAIN, offsetof(struct options, list_clients),
        "print the known clients" },
    { "list", '\0', NULL, COMMAND_DOCTOR, offsetof(struct options, list),
        "print the checks, and what each needs" },
    { "ca", '\0', NULL, COMMAND_EXPLAIN, offsetof(struct options, ca),
        "show who trusts the proxy's CA, and by what" },
    { "check", '\0', NULL, COMMAND_FETCH, offsetof(struct options, check),
        "only say by the exit code whether there is something to fetch" },
    { "ahead", '\0', NULL, COMMAND_FETCH, offsetof(struct options, ahead),
        "fetch for ec2-bootstrap-fetch.service, which is skipped then at this boot" },
    { "identity", '\0', NULL, COMMAND_SEAL, offsetof(struct options, identity),
        "look for this account's id and private addresses, too" },
    { "no-ssh-keys", '\0', NULL, COMMAND_SEAL, offsetof(struct options, no_ssh_keys),
        "name each key that may log in by ssh" },
    { "dry-run", '\0', NULL,
        COMMAND_RUN | COMMAND_FETCH | COMMAND_TRUST | COMMAND_REMOVE | COMMAND_SEAL,
        offsetof(struct options, dry_run), "change nothing" },
    { "diff", '\0', NULL, COMMAND_RUN | COMMAND_REMOVE, offsetof(struct options, diff),
        "print what changes (or would) as a unified diff" },
    { "restart", '\0', NULL, COMMAND_RUN | COMMAND_REMOVE, offsetof(struct options, restart),
        "restart the services that still run with the previous settings" },
    { "format", '\0', "FORMAT", COMMAND_CREDENTIALS, offsetof(struct options, format),
        "process (the default), env or env-no-export" },
    { "json", '\0', NULL, COMMAND_ANY, offsetof(struct options, json), "print the result as JSON" },
    { "verbose", 'v', NULL, COMMAND_ANY, offsetof(struct options, verbose), "say more" },
    { "quiet", 'q', NULL, COMMAND_ANY, offsetof(struct options, quiet),
        "say nothing but warnings and errors" },
    { "version", 'V', NULL, COMMAND_ANY, offsetof(struct options, version),
        "print the version and exit" },
    { "help", 'h', NULL, COMMAND_ANY, offsetof(struct options, help), "print this help and exit" },
};

enum { ROWS = ELEMENTSOF(options_table), FIRST_VALUE = 256 };

const size_t options_count = ROWS;

/* What getopt_long() needs; the value of row i is FIRST_VALUE + i. */
struct getopt_tables {
    struct option longs[ROWS + 1];
    char shorts[2 + ROWS + 1];
};

static void make_tables(struct getopt_tables *tables)
{
    *tables = (struct getopt_tables){ .shorts = ":" };
    size_t used = 1;
    for (int i = 0; i < ROWS; i++) {
        tables->longs[i] = (struct option){ options_table[i].name,
            options_table[i].argument ? required_argument : no_argument, NULL, FIRST_VALUE + i };
        if (options_table[i].letter)
            tables->shorts[used++] = options_table[i].letter;
    }
}

static const struct option_row *row_of(int value)
{
    if (value >= FIRST_VALUE && value < FIRST_VALUE + ROWS)
        return &options_table[value - FIRST_VALUE];
    for (int i = 0; i < ROWS; i++)
        if (options_table[i].letter && options_table[i].letter == value)
            return &options_table[i];
    return NULL;
}

static void store(const struct option_row *row, const char *argument, struct options *options)
{
    void *field = (char *) options + row->offset;
    if (row->argument)
        *(const char **) field = argument;
    else
        *(bool *) field = true;
}

/* The argument as it was written, as far as it can be the name of an option: what follows may be a
 * secret. Of a letter it is not known which argument has it: the one at optind - 1 may be another
 * option's value. */
static int options_refuse(char *argv[], int value, struct error *err)
{
    const char *argument = argv[optind - 1];
    if (optopt != 0 && optopt < FIRST_VALUE)
        return error_set(err, EX_USAGE, -EINVAL, "unknown option -%c", optopt);
    int length = (int) strspn(argument, "abcdefghijklmnopqrstuvwxyz0123456789-");
    const char *hidden = argument[length] && argument[length] != '=' ? "***" : "";
    if (value == ':')
        return error_set(err, EX_USAGE, -EINVAL, "%.*s needs a value", length, argument);
    if (row_of(optopt))
        return error_set(err, EX_USAGE, -EINVAL, "%.*s takes no value", length, argument);

    const char *names[ROWS];
    size_t count = 0;
    const char *word = argument + strspn(argument, "-");
    size_t word_length = strcspn(word, "=");
    for (size_t i = 0; i < ROWS; i++) {
        names[i] = options_table[i].name;
        count += strncmp(options_table[i].name, word, word_length) == 0;
    }
    if (count > 1)
        return error_set(err, EX_USAGE, -EINVAL, "%.*s could be more than one option: write it out",
            length, argument);
    char name[64];
    (void) snprintf(name, sizeof(name), "%.*s", (int) word_length, word);
    (void) error_set(err, EX_USAGE, -EINVAL, "unknown option %.*s%s", length, argument, hidden);
    suggest_append(err, "--", suggest_word(name, names, ROWS), "");
    return -EINVAL;
}

/* Calls `take` for each option in the arguments, then gives the position of the first other
 * argument. */
static int for_each(int argc, char *argv[],
    int (*take)(const struct option_row *row, const char *argument, void *data, struct error *err),
    void *data, int *ret_first, struct error *err)
{
    struct getopt_tables tables;
    make_tables(&tables);
    optind = 0; /* restart, GNU's own state included */
    opterr = 0;
    for (int value; (value = getopt_long(argc, argv, tables.shorts, tables.longs, NULL)) != -1;) {
        const struct option_row *row = value == '?' || value == ':' ? NULL : row_of(value);
        if (!row)
            return options_refuse(argv, value, err);
        int r = take(row, optarg, data, err);
        if (r < 0)
            return r;
    }
    *ret_first = optind;
    return 0;
}

static int take_value(
    const struct option_row *row, const char *argument, void *data, struct error *err)
{
    (void) err;
    store(row, argument, data);
    return 0;
}

int options_parse(int argc, char *argv[], struct options *ret, struct error *err)
{
    struct options options = { 0 };
    int first = 0;
    int r = for_each(argc, argv, take_value, &options, &first, err);
    if (r < 0)
        return r;
    if (first < argc)
        options.command = argv[first++];
    options.arguments = argv + first;
    options.argument_count = (size_t) (argc - first);
    *ret = options;
    return 0;
}

static int take_allowed(
    const struct option_row *row, const char *argument, void *data, struct error *err)
{
    (void) argument;
    const unsigned int *command = data;
    return row->commands & *command ? 0
                                    : error_set(err, EX_USAGE, -EINVAL,
                                          "--%s does not belong to this command", row->name);
}

int options_check(int argc, char *argv[], unsigned int command, struct error *err)
{
    int first;
    return for_each(argc, argv, take_allowed, &command, &first, err);
}

void options_print(FILE *file, unsigned int command, bool common)
{
    for (size_t i = 0; i < ROWS; i++) {
        bool is_common = options_table[i].commands == COMMAND_ANY;
        if (!(options_table[i].commands & command) || is_common != common)
            continue;
        char left[32], letter[4] = "   ";
        if (options_table[i].letter)
            (void) snprintf(letter, sizeof(letter), "-%c,", options_table[i].letter);
        (void) snprintf(left, sizeof(left), "--%s%s%s", options_table[i].name,
            options_table[i].argument ? " " : "",
            options_table[i].argument ? options_table[i].argument : "");
        (void) fprintf(file, "  %s %-18s  %s\n", letter, left, options_table[i].help);
    }
}
