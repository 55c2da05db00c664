/* SPDX-License-Identifier: MIT */
/* How a command is found, and what its help says. */

#include "cli/command.h"

#include <string.h>

#include "lib/array.h"
#include "lib/redact.h"
#include "lib/suggest.h"

enum { COMMANDS_MAX = 32, COLUMNS = 80, WORDS_MAX = 512 };

#define MANUAL "ec2-bootstrap(8)"

const struct exit_status exit_statuses[] = {
    { EX_OK, "done" },
    { EX_USAGE, "usage" },
    { EX_DATAERR, "the metadata service sent data that cannot be used" },
    { EX_UNAVAILABLE, "it cannot be reached or is switched off" },
    { EX_OSERR, "memory is short" },
    { EX_IOERR, "a file could not be written" },
    { EX_TEMPFAIL, "no role credentials within the deadline" },
    { EX_NOPERM, "not permitted" },
    { EX_CONFIG, "settings invalid" },
};

const size_t exit_statuses_count = ELEMENTSOF(exit_statuses);

const struct command *command_find(
    const struct command *const table[], const char *name, struct error *err)
{
    if (!name)
        return table[0];
    const char *names[COMMANDS_MAX];
    size_t count = 0;
    for (; count < COMMANDS_MAX && table[count]; count++) {
        if (strcmp(table[count]->name, name) == 0)
            return table[count];
        names[count] = table[count]->name;
    }
    char shown[REDACTED_MAX];
    (void) error_set(err, EX_USAGE, 0, "unknown command \"%s\"", redact_name_to(name, shown));
    suggest_append(err, "\"", suggest_word(name, names, count), "\"");
    return NULL;
}

static void print_program(FILE *file, const struct command *const table[])
{
    (void) fputs(
        "Makes an EC2 instance behind an HTTP proxy work from its first second.\n\nCommands:\n",
        file);
    for (size_t i = 0; table[i]; i++)
        (void) fprintf(file, "  %-12s  %s\n", table[i]->name, table[i]->summary);
    (void) fputs("\nOptions of all:\n", file);
    options_print(file, COMMAND_ANY, true);
    for (size_t i = 0; table[i]; i++) {
        (void) fprintf(file, "\nOptions of %s:\n", table[i]->name);
        options_print(file, table[i]->bit, false);
    }
}

/* Words, filled into lines. */
static void print_exits(FILE *file)
{
    char words[WORDS_MAX];
    size_t used = 0;
    for (size_t i = 0; i < exit_statuses_count && used < sizeof(words); i++)
        used += (size_t) snprintf(words + used, sizeof(words) - used, "%d %s%s",
            exit_statuses[i].status, exit_statuses[i].meaning,
            i + 1 < exit_statuses_count ? "; " : ".");
    (void) fputs("\nExit status:", file);
    size_t column = strlen("Exit status:");
    for (const char *word = words; *word; word += strspn(word, " ")) {
        size_t length = strcspn(word, " ");
        bool fits = column + 1 + length <= COLUMNS;
        (void) fprintf(file, "%c%.*s", fits ? ' ' : '\n', (int) length, word);
        column = fits ? column + 1 + length : length;
        word += length;
    }
    (void) fputs("\n", file);
}

void command_print_help(
    FILE *file, const struct command *const table[], const struct command *command)
{
    (void) fprintf(file, "Usage: ec2-bootstrap %s [OPTION...]%s%s\n\n",
        command ? command->name : "[COMMAND]", command && command->arguments ? " " : "",
        command && command->arguments ? command->arguments : "");
    if (command) {
        (void) fprintf(file, "%s\nOptions:\n", command->text);
        options_print(file, command->bit, false);
        options_print(file, COMMAND_ANY, true);
    } else
        print_program(file, table);
    print_exits(file);
    (void) fprintf(file, "\nManual: %s\n",
        !command          ? MANUAL ", ec2-bootstrap.json(5), ec2-bootstrap-no-proxy(7)"
        : command->manual ? command->manual
                          : MANUAL);
}
