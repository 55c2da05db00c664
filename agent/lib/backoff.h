/* SPDX-License-Identifier: MIT */
#pragma once

/* How long to wait before the next attempt: exponential with full jitter. */

#include <stdint.h>

struct backoff {
    uint64_t random; /* state of the generator; the same seed gives the same delays */
    uint64_t first_ms, max_ms;
    unsigned int attempt;
};

/* A backoff before its first delay, of two bounds in milliseconds. */
struct backoff backoff_start(uint64_t seed, uint64_t first_ms, uint64_t max_ms);

/* A seed from the kernel, so that the instances of a fleet do not retry in step. */
uint64_t backoff_seed(void);

/* The next delay in milliseconds: evenly from 0 to the bound, which begins at first_ms and doubles
 * up to max_ms. */
uint64_t backoff_next_ms(struct backoff *backoff);
