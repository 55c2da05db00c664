/* SPDX-License-Identifier: MIT */
/* Parses the command line, dispatches to a command, returns its exit status. */

#include <errno.h>
#include <string.h>

#include "cli/process.h"
#include "cli/version.h"
#include "commands/commands.h"
#include "imds/http.h"
#include "lib/json.h"
#include "lib/log.h"
#include "lib/redact.h"

#define MAIN_ROW(name) &name##_command,
static const struct command *const commands[] = { COMMANDS(MAIN_ROW) NULL };

static int fail(const struct error *err)
{
    log_error("%s", err->text);
    return err->status;
}

static int fail_usage(const struct error *err)
{
    log_error("%s (see ec2-bootstrap --help)", err->text);
    return err->status;
}

static int dispatch(const struct command *command, const struct options *options)
{
    struct error err = { 0 };
    json_init();
    int r = http_init();
    if (r < 0) {
        (void) (r == -ENOMEM ? error_no_memory(&err)
                             : error_set(&err, EX_SOFTWARE, r, "libcurl cannot be initialised"));
        return fail(&err);
    }
    if (options->verbose || options->quiet)
        log_set_level(options->verbose ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING);
    return command->run(options);
}

/* Some libraries read their variables before main(), as GnuTLS does, which comes with libcurl. What
 * is in this section runs before all of them. */
static void main_preinit(int argc, char **argv, char **variables)
{
    (void) argc;
    (void) argv;
    process_clean_environment(variables);
}

__attribute__((section(".preinit_array"), used)) static void (*const preinit)(
    int, char **, char **) = main_preinit;

int main(int argc, char *argv[])
{
    process_prepare();
    struct options options;
    struct error err = { 0 };
    _cleanup_strings_ struct strings arguments = { 0 };
    if (process_take_arguments(argc, argv, &arguments) < 0) {
        (void) error_no_memory(&err);
        return fail(&err);
    }
    argv = arguments.items;
    if (options_parse(argc, argv, &options, &err) < 0)
        return fail_usage(&err);
    const struct command *command = command_find(commands, options.command, &err);
    if (!command || options_check(argc, argv, command->bit, &err) < 0)
        return fail_usage(&err);
    if (options.argument_count > 0 && !command->arguments) {
        char shown[REDACTED_MAX];
        (void) error_set(&err, EX_USAGE, -EINVAL, "unexpected argument \"%s\"",
            redact_name_to(options.arguments[0], shown));
        return fail_usage(&err);
    }
    if (options.help)
        command_print_help(stdout, commands, options.command ? command : NULL);
    else if (options.version)
        version_print(stdout);
    else
        return dispatch(command, &options);
    /* What was printed must have arrived, also on a full disk. */
    if (fflush(stdout) == 0)
        return EX_OK;
    (void) error_set(&err, EX_IOERR, -errno, "standard output: %s", strerror(errno));
    return fail(&err);
}
