/* SPDX-License-Identifier: MIT */
/*
 * Stands in for systemd's end of the notification socket, so that a test, or a person at the demo,
 * can read what a service sent, and when.
 *
 *   notify-log SOCKET-PATH FILE
 *
 * Binds the datagram socket, prints "ready", then appends to FILE each line of each datagram behind
 * the milliseconds since its own start:
 *
 *     12.3 STATUS=Fetching role credentials
 *
 * SIGTERM ends it, after it has taken down what had already been sent. Datagrams carry assignments
 * separated by newlines: sd_notify(3).
 */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* More than any notification: sd_notify() itself has no limit below the socket's buffer. */
#define DATAGRAM_BYTES_MAX 65536

static volatile sig_atomic_t told_to_end;

static void on_signal(int number)
{
    (void) number;
    told_to_end = 1;
}

static double now_ms(void)
{
    struct timespec now;

    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

/* Returns the bound socket, or negative errno. */
static int bind_datagram_socket(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    if (strlen(path) >= sizeof(address.sun_path))
        return -ENAMETOOLONG;
    memcpy(address.sun_path, path, strlen(path) + 1);

    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    if (bind(fd, (const struct sockaddr *) &address, sizeof(address)) < 0) {
        int error = errno;
        (void) close(fd);
        return -error;
    }
    return fd;
}

/* Lets SIGTERM and SIGINT through in ppoll() only, so that none gets lost between a look at
 * told_to_end and the wait. Sets ret_waiting to the mask to wait with. */
static void hold_signals_back(sigset_t *ret_waiting)
{
    const struct sigaction action = { .sa_handler = on_signal };
    sigset_t held;

    (void) sigemptyset(&held);
    (void) sigaddset(&held, SIGTERM);
    (void) sigaddset(&held, SIGINT);
    (void) sigprocmask(SIG_BLOCK, &held, ret_waiting);
    (void) sigdelset(ret_waiting, SIGTERM);
    (void) sigdelset(ret_waiting, SIGINT);
    (void) sigaction(SIGTERM, &action, NULL);
    (void) sigaction(SIGINT, &action, NULL);
}

/* Appends one datagram; text is changed. Returns 0 or negative errno. */
static int log_datagram(FILE *file, double at_ms, char *text)
{
    for (char *rest = text, *line; (line = strsep(&rest, "\n"));)
        if (*line)
            (void) fprintf(file, "%6.1f %s\n", at_ms, line);
    return fflush(file) == 0 ? 0 : -errno;
}

/* Takes down all that arrives until told to end. Returns 0 or negative errno. */
static int log_until_told(int fd, FILE *file, double start_ms, const sigset_t *waiting)
{
    static char text[DATAGRAM_BYTES_MAX + 1];

    for (;;) {
        ssize_t length = recv(fd, text, DATAGRAM_BYTES_MAX, MSG_DONTWAIT);
        if (length >= 0) {
            text[length] = '\0';
            int r = log_datagram(file, now_ms() - start_ms, text);
            if (r < 0)
                return r;
            continue;
        }
        if (errno != EAGAIN && errno != EINTR)
            return -errno;
        /* Looked at only now, when the socket is empty: what was sent before the signal is in. */
        if (told_to_end)
            return 0;
        struct pollfd readable = { .fd = fd, .events = POLLIN };
        if (ppoll(&readable, 1, NULL, waiting) < 0 && errno != EINTR)
            return -errno;
    }
}

static int fail(const char *what, int error)
{
    (void) fprintf(stderr, "notify-log: %s: %s\n", what, strerror(error));
    return 1;
}

int main(int argc, char **argv)
{
    const double start_ms = now_ms();
    sigset_t waiting;

    if (argc != 3) {
        (void) fprintf(stderr, "usage: notify-log SOCKET-PATH FILE\n");
        return 64;
    }

    FILE *file = fopen(argv[2], "ae");
    if (!file)
        return fail(argv[2], errno);
    hold_signals_back(&waiting);
    int fd = bind_datagram_socket(argv[1]);
    if (fd < 0) {
        (void) fclose(file);
        return fail(argv[1], -fd);
    }

    (void) puts("ready");
    (void) fflush(stdout);

    int r = log_until_told(fd, file, start_ms, &waiting);
    (void) unlink(argv[1]);
    (void) close(fd);
    if (fclose(file) != 0 && r == 0)
        r = -errno;
    return r < 0 ? fail(argv[2], -r) : 0;
}
