/* valgrind before 3.22 knows no openat2(2), without which the agent opens nothing below --root.
 * Starts a program, such as valgrind, and makes these calls for it, outside of valgrind:
 *
 *   with-openat2 COMMAND [ARG...]
 *
 * openat2.so beside this file, loaded into the program, sends them here. */

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "openat2.h"

/* Until the program and all that it started have ended. */
static _Noreturn void serve(int client)
{
    struct openat2_question question;
    int directory = -1;
    for (;;) {
        ssize_t length = openat2_receive(client, &question, sizeof(question), &directory);
        if (length <= 0 && errno != EINTR)
            _exit(EXIT_SUCCESS);
        question.path[sizeof(question.path) - 1] = '\0';
        int fd = (int) syscall(
            __NR_openat2, directory, question.path, &question.how, sizeof(question.how));
        struct openat2_answer answer = { .failure = fd < 0 ? errno : 0 };
        (void) openat2_send(client, &answer, sizeof(answer), fd);
        if (fd >= 0)
            (void) close(fd);
        (void) close(directory);
    }
}

/* That a program may have inherited. */
enum { DESCRIPTORS = 1024 };

/* No child of the program's, which may wait for all that it has, and holds nothing of its open. */
static void start_server(int client)
{
    pid_t child = fork();
    if (child == 0) {
        if (fork() > 0)
            _exit(EXIT_SUCCESS);
        (void) dup2(client, STDIN_FILENO);
        for (int fd = STDIN_FILENO + 1; fd < DESCRIPTORS; fd++)
            (void) close(fd);
        serve(STDIN_FILENO);
    }
    (void) waitpid(child, NULL, 0);
}

/* The file beside this program. */
static int preload(void)
{
    static const char library[] = "openat2.so";
    char path[PATH_MAX + sizeof(library)];
    ssize_t length = readlink("/proc/self/exe", path, PATH_MAX);
    if (length < 0)
        return -1;
    while (length > 0 && path[length - 1] != '/')
        length--;
    memcpy(path + length, library, sizeof(library));
    return setenv("LD_PRELOAD", path, 1);
}

int main(int argc, char **argv)
{
    int ends[2];
    if (argc < 2) {
        (void) fprintf(stderr, "usage: with-openat2 COMMAND [ARG...]\n");
        return EX_USAGE;
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return EX_OSERR;
    start_server(ends[1]);
    if (dup2(ends[0], OPENAT2_SOCKET) < 0 || preload() < 0)
        return EX_OSERR;
    (void) execvp(argv[1], argv + 1);
    perror(argv[1]);
    return EX_OSERR;
}
