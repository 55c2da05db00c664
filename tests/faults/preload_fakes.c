/* SPDX-License-Identifier: MIT */
/* Each run is like the other: nothing waits, chance is the same, and a program that is started has
 * no objections. */

#include "preload.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SECOND_NS = 1000000000, STARTED_S = 100, LOOK_NS = 1000, SOME_BYTE = 0x55 };

static bool is_fake;
static int64_t hurry; /* 0: no */

void fakes_begin(void)
{
    is_fake = true;
}

void fakes_hurry(uint64_t times)
{
    hurry = (int64_t) times;
}

/* A clock of its own, so that each run is like the other: it goes on where something waits, and a
 * little with each look at it. */
static int64_t passed_ns;

int clock_nanosleep(
    clockid_t clock, int flags, const struct timespec *wanted, struct timespec *left)
{
    int64_t wanted_ns = (int64_t) wanted->tv_sec * SECOND_NS + wanted->tv_nsec;
    passed_ns += is_fake ? wanted_ns : wanted_ns * hurry;
    if (!is_fake || flags != 0)
        return NEXT(clock_nanosleep)(clock, flags, wanted, left);
    return 0;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    if ((!is_fake && !hurry) || clock == CLOCK_REALTIME)
        return NEXT(clock_gettime)(clock, now);
    passed_ns += LOOK_NS;
    now->tv_sec = STARTED_S + passed_ns / SECOND_NS;
    now->tv_nsec = passed_ns % SECOND_NS;
    return 0;
}

int poll(struct pollfd *waits, nfds_t count, int timeout_ms)
{
    int r = NEXT(poll)(waits, count, timeout_ms);
    if (r == 0 && timeout_ms > 0)
        passed_ns += (int64_t) timeout_ms * (SECOND_NS / 1000);
    return r;
}

ssize_t getrandom(void *data, size_t size, unsigned int flags)
{
    ssize_t r = NEXT(getrandom)(data, size, flags);
    if (r > 0 && is_fake)
        memset(data, SOME_BYTE, (size_t) r);
    return r;
}

int posix_spawn(pid_t *child, const char *path, const posix_spawn_file_actions_t *actions,
    const posix_spawnattr_t *attributes, char *const words[], char *const environment[])
{
    if (!is_fake)
        return NEXT(posix_spawn)(child, path, actions, attributes, words, environment);
    if (calls_fail(SYS_vfork))
        return errno;
    pid_t started = vfork(); // NOLINT: nothing happens in the child
    if (started == 0)
        _exit(EXIT_SUCCESS);
    siginfo_t info; /* it is there to be waited for a moment after vfork(2) has returned */
    if (started > 0)
        (void) waitid(P_PID, (id_t) started, &info, WEXITED | WNOWAIT);
    *child = started;
    return started < 0 ? errno : 0;
}
