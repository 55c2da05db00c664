/* The commands, a row each. */

#include "cli/command.h"

#include <string.h>

#include "lib/array.h"
#include "lib/redact.h"
#include "lib/suggest.h"

static const struct command commands[] = {
    { "run", COMMAND_RUN, NULL, "the main job (the default)",
        "Fetches the IAM role credentials from the instance metadata service, directly; writes "
        "the\n"
        "proxy settings for every consumer on the machine, with a NO_PROXY that every HTTP client\n"
        "understands; tells systemd.\n",
        command_run },
    { "credentials", COMMAND_CREDENTIALS, NULL, "prints the role credentials",
        "Fetches the IAM role credentials from the instance metadata service, directly, and "
        "prints\n"
        "them. The default format is that of credential_process in an AWS profile.\n",
        command_credentials },
    { "explain", COMMAND_EXPLAIN, "[URL...]",
        "shows what each HTTP client does with a NO_PROXY list",
        "For each URL and each known client: direct or through the proxy, by which entry, and "
        "why.\n"
        "Without a URL: the metadata and credentials endpoints, what the entries of the list, and "
        "of\n"
        "this instance's own, are to cover, the proxies, and a host outside. Exit status 1: "
        "clients\n"
        "disagree, or one fails.\n",
        command_explain },
    { "remove", COMMAND_REMOVE, NULL, "takes out all that run wrote",
        "Brings every file back to what it was before: bytes that others wrote come back, files\n"
        "and folders that run made go. The settings are not read and stay.\n",
        command_remove },
    { "seal", COMMAND_SEAL, NULL, "makes a tree ready to become an image",
        "Does what remove does, deletes what else is ours but the settings, then looks for the\n"
        "proxy's login, access keys, IMDS tokens and ids of the machine in the tree of --root\n"
        "(this running machine: --root /), and says who clears each. Values are never shown.\n"
        "Exit status 1: something is left.\n",
        command_seal },
};

enum { COMMANDS = ELEMENTSOF(commands) };

const struct command *command_find(const char *name, struct error *err)
{
    if (!name)
        return &commands[0];
    const char *names[COMMANDS];
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
        names[i] = commands[i].name;
    }
    const char *near = suggest_word(name, names, COMMANDS);
    char shown[REDACTED_MAX];
    (void) error_set(err, EX_USAGE, 0, "unknown command \"%s\"%s%s%s", redact_to(name, shown),
        near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    return NULL;
}

static void print_program(FILE *file)
{
    (void) fputs(
        "Makes an EC2 instance behind an HTTP proxy work from its first second.\n\nCommands:\n",
        file);
    for (size_t i = 0; i < COMMANDS; i++)
        (void) fprintf(file, "  %-12s  %s\n", commands[i].name, commands[i].summary);
    (void) fputs("\nOptions of all:\n", file);
    options_print(file, COMMAND_ANY, true);
    for (size_t i = 0; i < COMMANDS; i++) {
        (void) fprintf(file, "\nOptions of %s:\n", commands[i].name);
        options_print(file, commands[i].bit, false);
    }
}

void command_print_help(FILE *file, const struct command *command)
{
    static const char exits[] =
        "\nExit status: 0 done; 64 usage; 65 the metadata service sent data that cannot be used;\n"
        "69 it cannot be reached or is switched off; 74 a file could not be written; 75 no role\n"
        "credentials within the deadline; 77 not permitted; 78 settings invalid.\n";
    (void) fprintf(file, "Usage: ec2-bootstrap %s [OPTION...]%s%s\n\n",
        command ? command->name : "[COMMAND]", command && command->arguments ? " " : "",
        command && command->arguments ? command->arguments : "");
    if (command) {
        (void) fprintf(file, "%s\nOptions:\n", command->text);
        options_print(file, command->bit, false);
        options_print(file, COMMAND_ANY, true);
    } else
        print_program(file);
    (void) fputs(exits, file);
}
