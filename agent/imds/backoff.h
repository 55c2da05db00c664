#pragma once

/* How long to wait before the next attempt: exponential with full jitter. */

#include <stdint.h>

enum { BACKOFF_FIRST_MS = 20, BACKOFF_MAX_MS = 3000 };

struct backoff {
    uint64_t random; /* state of the generator; the same seed gives the same delays */
    unsigned int attempt;
};

/* A backoff before its first delay. */
struct backoff backoff_start(uint64_t seed);

/* A seed from the kernel, so that the instances of a fleet do not retry in step. */
uint64_t backoff_seed(void);

/* The next delay in milliseconds: evenly from 0 to the bound, which begins at BACKOFF_FIRST_MS and
 * doubles up to BACKOFF_MAX_MS. */
uint64_t backoff_next_ms(struct backoff *backoff);
