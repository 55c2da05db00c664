/* Parses the command line, dispatches to a command, returns its exit status. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/options.h"
#include "imds/http.h"
#include "lib/json.h"
#include "lib/log.h"
#include "lib/memory.h"
#include "lib/redact.h"
#include "lib/strings.h"

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
    if (http_init() < 0) {
        (void) error_set(&err, EX_SOFTWARE, -EIO, "libcurl cannot be initialised");
        return fail(&err);
    }
    if (options->verbose || options->quiet)
        log_set_level(options->verbose ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING);
    return command->run(options);
}

/* Everybody can list the arguments of a process: what can be a login in them is overwritten, and
 * the program works on copies. 0 or -ENOMEM. */
static int take_arguments(int argc, char *argv[], struct strings *ret)
{
    for (int i = 0; i < argc; i++) {
        if (strings_append(ret, argv[i]) < 0)
            return -ENOMEM;
        char *end = strrchr(argv[i], '@'), *scheme = strstr(argv[i], "://");
        char *sign = *argv[i] == '-' ? strchr(argv[i], '=') : NULL;
        char *start = scheme && scheme < end ? scheme + 3 : sign && sign < end ? sign + 1 : argv[i];
        if (end)
            memset(start, '*', (size_t) (end - start));
    }
    return 0;
}

/* Whoever starts us has set all of this, or not. */
static void prepare_process(void)
{
    process_protect_memory();
    (void) signal(SIGCHLD, SIG_DFL); /* ignored, no child could be waited for */
    (void) signal(SIGXFSZ, SIG_IGN); /* a file that grows too large is an error as any other */
    /* Files get a mode of their own; folders that are made are for everybody to look into. */
    (void) umask(022);
    /* A closed one must not become that of a file or a connection: a write to it stays an error. */
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            (void) open("/dev/null", O_RDONLY); /* the lowest number that is free */
}

int main(int argc, char *argv[])
{
    prepare_process();
    struct options options;
    struct error err = { 0 };
    _cleanup_strings_ struct strings arguments = { 0 };
    if (take_arguments(argc, argv, &arguments) < 0) {
        (void) error_no_memory(&err);
        return fail(&err);
    }
    argv = arguments.items;
    if (options_parse(argc, argv, &options, &err) < 0)
        return fail_usage(&err);
    const struct command *command = command_find(options.command, &err);
    if (!command || options_check(argc, argv, command->bit, &err) < 0)
        return fail_usage(&err);
    if (options.argument_count > 0 && !command->arguments) {
        char shown[REDACTED_MAX];
        (void) error_set(&err, EX_USAGE, -EINVAL, "unexpected argument \"%s\"",
            redact_to(options.arguments[0], shown));
        return fail_usage(&err);
    }
    if (options.help)
        command_print_help(stdout, options.command ? command : NULL);
    else if (options.version)
        (void) puts("ec2-bootstrap " EC2_BOOTSTRAP_VERSION);
    else
        return dispatch(command, &options);
    /* What was printed must have arrived, also on a full disk. */
    if (fflush(stdout) == 0)
        return EX_OK;
    (void) error_set(&err, EX_IOERR, -errno, "standard output: %s", strerror(errno));
    return fail(&err);
}
