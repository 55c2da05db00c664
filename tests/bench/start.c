/* SPDX-License-Identifier: MIT */
/*
 * Starts a program and says what it took. It is small and static, because the kernel counts the
 * memory of who starts a program towards the most that the program had: started by Python, all
 * programs have ten megabytes.
 *
 *   start PROGRAM [ARG...]
 *
 * The program has /dev/null as its standard input, output and error. Prints the nanoseconds from
 * before it was started to its end, page faults, the most memory that it or a child of its own had
 * in KiB, and its wait status.
 */

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now_ns(void)
{
    struct timespec now;
    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(int argc, char *argv[])
{
    posix_spawn_file_actions_t actions;
    struct rusage usage;
    pid_t pid;
    int status;

    if (argc < 2 || posix_spawn_file_actions_init(&actions) != 0)
        return EXIT_FAILURE;
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        if (posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0) != 0)
            return EXIT_FAILURE;
    long long began = now_ns();
    if (posix_spawn(&pid, argv[1], &actions, NULL, argv + 1, environ) != 0 ||
        wait4(pid, &status, 0, &usage) != pid)
        return EXIT_FAILURE;
    long long took = now_ns() - began;
    (void) printf(
        "%lld %ld %ld %d\n", took, usage.ru_minflt + usage.ru_majflt, usage.ru_maxrss, status);
    return EXIT_SUCCESS;
}
