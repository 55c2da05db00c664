/* SPDX-License-Identifier: MIT */
/* https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/, "full jitter". */

#include "lib/backoff.h"

#include <sys/random.h>

#include "lib/clock.h"

struct backoff backoff_start(uint64_t seed, uint64_t first_ms, uint64_t max_ms)
{
    return (struct backoff){ .random = seed, .first_ms = first_ms, .max_ms = max_ms };
}

uint64_t backoff_seed(void)
{
    uint64_t seed;
    /* Early in boot the kernel's pool may not be ready: better a weak seed than a wait. */
    if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != (ssize_t) sizeof(seed))
        seed = clock_now_ms();
    return seed;
}

/* splitmix64 (Steele, Lea, Flood 2014): small, seedable, good enough to spread load. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t backoff_next_ms(struct backoff *backoff)
{
    uint64_t bound = backoff->first_ms;
    for (unsigned int i = 0; i < backoff->attempt && bound < backoff->max_ms; i++)
        bound *= 2;
    if (bound > backoff->max_ms)
        bound = backoff->max_ms;
    backoff->attempt++;
    return next_random(&backoff->random) % (bound + 1);
}
