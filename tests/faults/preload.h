/* SPDX-License-Identifier: MIT */
#pragma once

/* The parts of faults-preload.so: see preload.c. */

#include <stdbool.h>
#include <stdint.h>

enum { CALLS_KILL = -1 };

/* From now on the number-th call of this system call number fails with an errno, or the process is
 * killed in its place (CALLS_KILL). `failed` is counted up. Of one process, without threads; not of
 * its children. */
void calls_begin(long call, uint64_t number, int error, uint64_t *failed);

/* For a call that cannot be tried from within: whether this one fails, with errno. */
bool calls_fail(long call);

/* From now on no run differs from another one. */
void fakes_begin(void);

/* From now on a wait is as long as it is, and the clock takes it for so many times that. */
void fakes_hurry(uint64_t times);

/* The function of that name that the agent would have without us. */
#define NEXT(name) ((__typeof__(&(name))) dlsym(RTLD_NEXT, #name))
