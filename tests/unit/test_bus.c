/* SPDX-License-Identifier: MIT */
/* agent/setup/bus.c: a service manager on the other side of the socket, which a child of the test
 * is. */

#include "setup/bus.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include "check.h"

#define DIRECTORY "/run/systemd"
#define SOCKET    DIRECTORY "/private"

/* As systemd, which keeps it; here what was asked for is told back to the test. */
static int answer_environment(sd_bus_message *message)
{
    const char *word = NULL;
    char text[64] = "";
    size_t used = 0;
    for (size_t list = 0; list < 2; list++) {
        if (sd_bus_message_enter_container(message, 'a', "s") < 0)
            return sd_bus_reply_method_errnof(message, EINVAL, "no list");
        used += (size_t) snprintf(text + used, sizeof(text) - used, "%s", list == 0 ? "-" : " +");
        while (used < sizeof(text) && sd_bus_message_read(message, "s", &word) > 0)
            used += (size_t) snprintf(text + used, sizeof(text) - used, "%s", word);
        (void) sd_bus_message_exit_container(message);
    }
    return strcmp(text, "-a=1b=2 +a=3") == 0 || strcmp(text, "- +") == 0
               ? sd_bus_reply_method_return(message, NULL)
               : sd_bus_reply_method_errnof(message, EINVAL, "%s", text);
}

/* As systemd: a restart only of what is loaded and asked for with a mode that it knows. */
static int answer(sd_bus_message *message, void *data, sd_bus_error *error)
{
    (void) data;
    (void) error;
    const char *unit = NULL, *mode = NULL;
    if (sd_bus_message_is_method_call(message, "org.freedesktop.systemd1.Manager", "Reload"))
        return sd_bus_reply_method_return(message, NULL);
    if (sd_bus_message_is_method_call(
            message, "org.freedesktop.systemd1.Manager", "UnsetAndSetEnvironment"))
        return answer_environment(message);
    if (!sd_bus_message_is_method_call(
            message, "org.freedesktop.systemd1.Manager", "TryRestartUnit") ||
        sd_bus_message_read(message, "ss", &unit, &mode) < 0 || strcmp(mode, "replace") != 0)
        return sd_bus_reply_method_errnof(message, ENOTSUP, "no such call");
    if (strcmp(unit, "docker.service") != 0)
        return sd_bus_reply_method_errnof(message, EACCES, "refused");
    return sd_bus_reply_method_return(message, "o", "/org/freedesktop/systemd1/job/1");
}

/* Serves one connection after the other. */
static _Noreturn void manage(int listener)
{
    for (;;) {
        sd_bus *bus = NULL;
        sd_id128_t id = { .bytes = { 1 } };
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        int r = fd < 0 ? -errno : sd_bus_new(&bus);
        if (r < 0 || sd_bus_set_fd(bus, fd, fd) < 0 || sd_bus_set_server(bus, 1, id) < 0 ||
            sd_bus_set_trusted(bus, 1) < 0 || sd_bus_add_filter(bus, NULL, answer, NULL) < 0 ||
            sd_bus_start(bus) < 0)
            _exit(EXIT_FAILURE);
        while ((r = sd_bus_process(bus, NULL)) >= 0)
            if (r == 0)
                (void) sd_bus_wait(bus, UINT64_MAX);
        (void) sd_bus_close_unref(bus);
    }
}

/* The directory is the test's alone, in a mount namespace of its own. */
static bool make_private(void)
{
    struct stat status;
    return unshare(CLONE_NEWNS) == 0 &&
           mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == 0 &&
           stat("/run", &status) == 0 && mount("none", "/run", "tmpfs", 0, NULL) == 0 &&
           mkdir(DIRECTORY, 0755) == 0;
}

static int listen_at(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    (void) snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check_number("bind", bind(fd, (struct sockaddr *) &address, sizeof(address)), 0);
    check_number("listen", listen(fd, 4), 0);
    return fd;
}

static pid_t start_manager(void)
{
    int listener = listen_at(SOCKET);
    pid_t child = fork();
    if (child == 0) {
        (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
        manage(listener);
    }
    (void) close(listener);
    return child;
}

static void stop_manager(pid_t child)
{
    (void) kill(child, SIGKILL);
    check_number("the manager", waitpid(child, NULL, 0), child);
    check_number("its socket", unlink(SOCKET), 0);
}

static void test_calls(void **state)
{
    (void) state;
    pid_t manager = start_manager();
    _cleanup_bus_ struct bus *bus = NULL;
    check_number("open", bus_open(&bus), 0);
    check_number("reload", bus_reload(bus), 0);
    check_number("restart", bus_restart(bus, "docker.service"), 0);
    check_number("a restart that is refused", bus_restart(bus, "nginx.service"), -EACCES);
    const struct strings none = { 0 };
    _cleanup_strings_ struct strings unset = { 0 }, set = { 0 };
    check_number("a", strings_append(&unset, "a=1"), 0);
    check_number("b", strings_append(&unset, "b=2"), 0);
    check_number("a", strings_append(&set, "a=3"), 0);
    check_number("environment", bus_set_environment(bus, &unset, &set), 0);
    check_number("nothing", bus_set_environment(bus, &none, &none), 0);
    check_number("refused", bus_set_environment(bus, &set, &unset), -EINVAL);
    stop_manager(manager);
    check_that("the manager is gone", bus_set_environment(bus, &none, &none) < 0);
    check_that("the manager is gone", bus_reload(bus) < 0);
    check_that("the manager is gone", bus_restart(bus, "docker.service") < 0);
}

static void test_no_manager(void **state)
{
    (void) state;
    struct bus *bus = NULL;
    check_number("no socket", bus_open(&bus), -ENOENT);
    int fd = listen_at(SOCKET);
    (void) close(fd);
    check_number("nobody listens", bus_open(&bus), -ECONNREFUSED);
    check_number("its socket", unlink(SOCKET), 0);
    check_that("nothing is given", !bus);
    bus_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_no_manager),
    };
    if (!make_private()) {
        (void) printf("1..0 # SKIP no mount namespace of its own\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
