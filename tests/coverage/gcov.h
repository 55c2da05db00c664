/* SPDX-License-Identifier: MIT */
/* Included in front of every file of a build that counts: a child that ends without exit(), or that
 * is killed when it has answered, would take its counts with it. */
#pragma once

#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void __gcov_dump(void);

/* Gives the child a tenth of a second to end by itself. */
static inline int gcov_kill(pid_t pid, int signal)
{
    enum { TRIES = 10, PAUSE_NS = 10000000 };
    const struct timespec pause = { .tv_nsec = PAUSE_NS };
    siginfo_t info = { .si_pid = 0 };
    for (int tries = 0; tries < TRIES && pid > 0; tries++) {
        if (waitid(P_PID, (id_t) pid, &info, WEXITED | WNOWAIT | WNOHANG) < 0 || info.si_pid != 0)
            break;
        (void) nanosleep(&pause, NULL);
    }
    return kill(pid, signal);
}

#define kill(pid, signal) gcov_kill(pid, signal)
#define _exit(status)     (__gcov_dump(), _exit(status))
