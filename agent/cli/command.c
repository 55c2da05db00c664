/* How a command is found, and what its help says. */

#include "cli/command.h"

#include <string.h>

#include "lib/redact.h"
#include "lib/suggest.h"

enum { COMMANDS_MAX = 32 };

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

void command_print_help(
    FILE *file, const struct command *const table[], const struct command *command)
{
    static const char exits[] =
        "\nExit status: 0 done; 64 usage; 65 the metadata service sent data that cannot be used;\n"
        "69 it cannot be reached or is switched off; 71 memory is short; 74 a file could not be\n"
        "written; 75 no role credentials within the deadline; 77 not permitted; 78 settings "
        "invalid.\n";
    (void) fprintf(file, "Usage: ec2-bootstrap %s [OPTION...]%s%s\n\n",
        command ? command->name : "[COMMAND]", command && command->arguments ? " " : "",
        command && command->arguments ? command->arguments : "");
    if (command) {
        (void) fprintf(file, "%s\nOptions:\n", command->text);
        options_print(file, command->bit, false);
        options_print(file, COMMAND_ANY, true);
    } else
        print_program(file, table);
    (void) fputs(exits, file);
}
