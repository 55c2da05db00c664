/* https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/, "full jitter". */

#include "imds/backoff.h"

#include <sys/random.h>

#include "lib/clock.h"

struct backoff backoff_start(uint64_t seed)
{
    return (struct backoff){ .random = seed };
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
    uint64_t bound = BACKOFF_FIRST_MS;
    for (unsigned int i = 0; i < backoff->attempt && bound < BACKOFF_MAX_MS; i++)
        bound *= 2;
    if (bound > BACKOFF_MAX_MS)
        bound = BACKOFF_MAX_MS;
    backoff->attempt++;
    return next_random(&backoff->random) % (bound + 1);
}
