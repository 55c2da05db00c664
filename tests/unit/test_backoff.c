/* SPDX-License-Identifier: MIT */
/* agent/lib/backoff.c: exponential, with full jitter. */

#include "lib/backoff.h"

#include "check.h"

enum { FIRST_MS = 20, MAX_MS = 3000 };

static uint64_t bound_of(unsigned int attempt)
{
    static const uint64_t bounds[] = { 20, 40, 80, 160, 320, 640, 1280, 2560, 3000 };
    return bounds[attempt < ELEMENTSOF(bounds) ? attempt : ELEMENTSOF(bounds) - 1];
}

static void test_bounds(void **state)
{
    (void) state;
    uint64_t longest[12] = { 0 };
    for (uint64_t seed = 0; seed < 20000; seed++) {
        struct backoff backoff = backoff_start(seed, FIRST_MS, MAX_MS);
        for (unsigned int attempt = 0; attempt < ELEMENTSOF(longest); attempt++) {
            uint64_t delay = backoff_next_ms(&backoff);
            check_that("within its bound", delay <= bound_of(attempt));
            if (delay > longest[attempt])
                longest[attempt] = delay;
        }
    }
    for (unsigned int attempt = 0; attempt < ELEMENTSOF(longest); attempt++)
        check_that("the bound is reached", longest[attempt] >= bound_of(attempt) * 99 / 100);
}

static void test_cap(void **state)
{
    (void) state;
    struct backoff backoff = backoff_start(1, FIRST_MS, MAX_MS);
    uint64_t longest = 0;
    for (int i = 0; i < 10000; i++) {
        uint64_t delay = backoff_next_ms(&backoff);
        longest = delay > longest ? delay : longest;
    }
    check_that("never longer", longest <= MAX_MS);
    check_that("as long as that", longest > MAX_MS - 30);

    /* Also where the count of attempts comes to its end. */
    backoff.attempt = UINT32_MAX;
    check_that("the last count", backoff_next_ms(&backoff) <= MAX_MS);
    check_that("after it", backoff_next_ms(&backoff) <= MAX_MS);
}

static void test_seed(void **state)
{
    (void) state;
    struct backoff a = backoff_start(42, FIRST_MS, MAX_MS), b = backoff_start(42, FIRST_MS, MAX_MS),
                   c = backoff_start(43, FIRST_MS, MAX_MS);
    int different = 0;
    for (int i = 0; i < 100; i++) {
        uint64_t delay = backoff_next_ms(&a);
        check_number("same seed, same delays", backoff_next_ms(&b), delay);
        different += backoff_next_ms(&c) != delay;
    }
    check_that("another seed, other delays", different > 90);
    check_that("seeds of the kernel differ", backoff_seed() != backoff_seed());
}

/* Evenly over the whole of it: each tenth of the first delay's bound, over seeds that are
 * neighbours, gets its share. */
static void test_spread(void **state)
{
    (void) state;
    enum { SEEDS = 21000 };
    unsigned int counts[FIRST_MS + 1] = { 0 };
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct backoff backoff = backoff_start(seed, FIRST_MS, MAX_MS);
        counts[backoff_next_ms(&backoff)]++;
    }
    for (size_t i = 0; i < ELEMENTSOF(counts); i++)
        check_that("within a fifth of its share of 1000", counts[i] > 800 && counts[i] < 1200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_cap),
        cmocka_unit_test(test_seed),
        cmocka_unit_test(test_spread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
