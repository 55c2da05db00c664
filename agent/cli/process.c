/* SPDX-License-Identifier: MIT */
/* What the parent process has set is not to be relied on. */

#include "cli/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/redact_line.h"

/* All that the agent, libsystemd and the programs of files/program.h read. Of the others each
 * library has some that name a file to read, to write or to load: OPENSSL_CONF, SSLKEYLOGFILE,
 * HOSTALIASES, KRB5_CONFIG, TZ, … */
const char *const process_variables[] = {
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    "DPKG_MAINTSCRIPT_PACKAGE",
    "JOURNAL_STREAM",
    "NOTIFY_SOCKET",
    "NO_COLOR",
    "TERM",
    NULL,
};

static bool process_keeps(const char *variable)
{
    for (const char *const *name = process_variables; *name; name++) {
        size_t length = strlen(*name);
        if (strncmp(variable, *name, length) == 0 && variable[length] == '=')
            return true;
    }
    return false;
}

void process_clean_environment(char **variables)
{
    char **kept = variables;
    for (char **variable = variables; variable && *variable; variable++)
        if (process_keeps(*variable))
            *kept++ = *variable;
    if (kept)
        *kept = NULL;
}

/* Best effort: there is nothing useful to do where the kernel refuses. */
static void protect_memory(void)
{
    (void) setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
    (void) prctl(PR_SET_DUMPABLE, 0);
}

void process_prepare(void)
{
    process_clean_environment(environ);
    protect_memory();
    (void) signal(SIGCHLD, SIG_DFL); /* ignored, no child could be waited for */
    (void) signal(SIGXFSZ, SIG_IGN); /* a file that grows too large is an error as any other */
    /* Files get a mode of their own; directories that are made are readable by everybody. */
    (void) umask(022);
    /* A closed one must not become that of a file or a connection: a write to it stays an error. */
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            (void) open("/dev/null", O_RDONLY); /* the lowest number that is free */
}

/* Where in an argument a login can begin: behind an option's name, and behind a scheme if a value
 * begins with one. A password can have "=" and "://" in it. None of these has an '@' in it. */
static char *process_find_login(char *argument)
{
    static const char option[] = "abcdefghijklmnopqrstuvwxyz-",
                      scheme[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    char *value = argument;
    if (*argument == '-' && argument[strspn(argument, option)] == '=')
        value += strspn(argument, option) + 1;
    size_t length = strspn(value, scheme);
    return strncmp(value + length, "://", 3) == 0 ? value + length + 3 : value;
}

int process_take_arguments(int argc, char *argv[], struct strings *ret)
{
    for (int i = 0; i < argc; i++) {
        if (strings_append(ret, argv[i]) < 0)
            return -ENOMEM;
        const char *end = redact_find_login_end(argv[i], strlen(argv[i]));
        char *start = process_find_login(argv[i]);
        if (end && end > start)
            memset(start, '*', (size_t) (end - start));
    }
    return 0;
}
