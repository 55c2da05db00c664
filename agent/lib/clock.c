/* SPDX-License-Identifier: MIT */
/* Deadlines must hold when the system time is set, as happens at boot: all use the monotonic clock,
 * and a test can put its own in place of this one. */

#include "lib/clock.h"

#include <errno.h>
#include <time.h>

uint64_t clock_now_ms(void)
{
    struct timespec now;
    (void) clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail on Linux */
    return (uint64_t) now.tv_sec * 1000 + (uint64_t) now.tv_nsec / 1000000;
}

void clock_sleep_ms(uint64_t ms)
{
    struct timespec left = { .tv_sec = (time_t) (ms / 1000),
        .tv_nsec = (long) (ms % 1000) * 1000000 };
    while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
        ;
}
