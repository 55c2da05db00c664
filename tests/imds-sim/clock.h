/* SPDX-License-Identifier: MIT */
#pragma once

/* The one clock of the simulator: nanoseconds, monotonic, so that a changed wall clock moves no
 * delay and ages no token. */

#include <stdint.h>
#include <time.h>

#define NS_PER_MS     INT64_C(1000000)
#define NS_PER_SECOND INT64_C(1000000000)
#define CLOCK_NEVER   INT64_MAX

static inline int64_t clock_now(void)
{
    struct timespec now;
    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t) now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}
