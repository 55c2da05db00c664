/* SPDX-License-Identifier: MIT */
/* agent/cli/process.c: what the process is like, however it was started. */

#include "cli/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

#include "check.h"
#include "lib/memory.h"

/* The worst way to start a process. */
static void spoil(void)
{
    (void) signal(SIGCHLD, SIG_IGN);
    (void) signal(SIGXFSZ, SIG_DFL);
    (void) umask(0777);
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        (void) close(fd);
}

static bool is_handled_by(int number, void (*handler)(int))
{
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 && action.sa_handler == handler;
}

/* In a child: there is no way back. Exits with what is wrong. */
static int prepare(void)
{
    spoil();
    process_prepare();
    struct rlimit limit = { 1, 1 };
    if (getrlimit(RLIMIT_CORE, &limit) < 0 || limit.rlim_cur != 0 || limit.rlim_max != 0)
        return 1;
    if (prctl(PR_GET_DUMPABLE) != 0)
        return 2;
    if (!is_handled_by(SIGCHLD, SIG_DFL) || !is_handled_by(SIGXFSZ, SIG_IGN))
        return 3;
    if (umask(0) != 022)
        return 4;
    int fd = open("/dev/null", O_RDONLY);
    return fd <= STDERR_FILENO ? 5 : 0;
}

static void test_prepare(void **state)
{
    (void) state;
    pid_t child = fork();
    if (child == 0)
        _exit(prepare());
    int status = -1;
    check_number("child", waitpid(child, &status, 0), child);
    check_that("it ended by itself", WIFEXITED(status));
    check_number("1: core dumps, 2: dumpable, 3: signals, 4: umask, 5: standard descriptors",
        WEXITSTATUS(status), 0);
}

#ifdef __SANITIZE_ADDRESS__
/* In a child: ends as the agent does, whose memory nobody may look at, and by exit(), where
 * LeakSanitizer looks for what is lost. Its report is of no use to anybody. */
static _Noreturn void lose(size_t blocks)
{
    process_prepare();
    (void) freopen("/dev/null", "w", stderr);
    __sanitizer_set_report_path("stderr");
    for (size_t i = 0; i < blocks; i++) {
        char *volatile lost = mem_alloc(1000);
        if (!lost)
            _exit(EXIT_SUCCESS);
    }
    exit(EXIT_SUCCESS);
}

static bool is_told(size_t blocks)
{
    (void) fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        lose(blocks);
    int status = -1;
    check_number("child", waitpid(child, &status, 0), child);
    return status != 0;
}
#endif

/* A build with AddressSanitizer fails a test whose agent has lost memory. */
static void test_leak(void **state)
{
    (void) state;
#ifdef __SANITIZE_ADDRESS__
    check_that("nothing is lost", !is_told(0));
    check_that("memory is lost", is_told(10));
#else
    skip();
#endif
}

/* In a child. Prints what is left of an environment, as a line. */
static int print_environment(int to_parent, char *const before[], size_t count)
{
    char *variables[16] = { 0 };
    memcpy(variables, before, count * sizeof(*before));
    environ = variables;
    process_prepare();
    for (char **variable = environ; *variable; variable++)
        if (dprintf(to_parent, "%s\n", *variable) < 0)
            return 1;
    return 0;
}

static void check_environment(char *const before[], size_t count, const char *expected)
{
    int ends[2], status = -1;
    char left[1024] = "";
    check_number("pipe", pipe(ends), 0);
    pid_t child = fork();
    if (child == 0)
        _exit(print_environment(ends[1], before, count));
    check_number("child", waitpid(child, &status, 0), child);
    check_number("its status", status, 0);
    (void) close(ends[1]);
    check_that("it is read", read(ends[0], left, sizeof(left) - 1) >= 0);
    (void) close(ends[0]);
    check_text("what is left", left, expected);
}

#define VARIABLE(text) ((char[]){ text })

static void test_environment(void **state)
{
    (void) state;
    char *const before[] = { VARIABLE("OPENSSL_CONF=/tmp/a"), VARIABLE("NOTIFY_SOCKET=@b"),
        VARIABLE("NOTIFY_SOCKETS=c"), VARIABLE("LD_PRELOAD="), VARIABLE("NO_COLOR"),
        VARIABLE("PATH=/tmp"), VARIABLE("="), VARIABLE(""), VARIABLE("http_proxy=http://d:1"),
        VARIABLE("AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:1"),
        VARIABLE("AWS_ACCESS_KEY_ID=e"), VARIABLE("TERM="), VARIABLE("TZ=:/tmp/f") };
    check_environment(before, ELEMENTSOF(before),
        "NOTIFY_SOCKET=@b\nAWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:1\nTERM=\n");
    check_environment(before, 1, "");
    check_environment(before, 0, "");
}

/* What can be a login is overwritten in the original, and whole in the copy. */
static void test_arguments(void **state)
{
    (void) state;
    static const struct {
        const char *argument, *shown;
    } rows[] = {
        { "run", "run" },
        { "--json", "--json" },
        { "http://proxy:1", "http://proxy:1" },
        { "http://u:p@proxy:1", "http://***@proxy:1" },
        { "http://u:p@ss@proxy:1", "http://******@proxy:1" },
        { "--http-proxy=http://u:p@ss@proxy:1", "--http-proxy=http://******@proxy:1" },
        { "--http-proxy=u:p@proxy", "--http-proxy=***@proxy" },
        { "-u:p@proxy", "****@proxy" },
        { "u:p@s@proxy:1", "*****@proxy:1" },
        { "u:p@", "***@" },
        { "u:p ://x:y@proxy", "**********@proxy" },
        { "--http-proxy=u:a://b@proxy", "--http-proxy=*******@proxy" },
        { "-u:p=q@proxy", "******@proxy" },
        { "@", "@" },
        { "--http-proxy=http://u:p%40proxy:1", "--http-proxy=http://***%40proxy:1" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        char original[100];
        char *arguments[] = { original };
        _cleanup_strings_ struct strings copy = { 0 };
        (void) snprintf(original, sizeof(original), "%s", rows[i].argument);
        check_number(rows[i].argument, process_take_arguments(1, arguments, &copy), 0);
        check_text(rows[i].argument, original, rows[i].shown);
        check_text("the copy", copy.items[0], rows[i].argument);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prepare),
        cmocka_unit_test(test_leak),
        cmocka_unit_test(test_environment),
        cmocka_unit_test(test_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
