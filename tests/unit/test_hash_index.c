/* SPDX-License-Identifier: MIT */
/* agent/lib/hash_index.c: every position is found, and only under its hash, also where hashes are
 * equal or want the same slot. */

#include "lib/hash_index.h"

#include "check.h"

static size_t sum_of(const struct hash_index *index, uint64_t hash)
{
    size_t sum = 0;
    for (size_t slot = HASH_BEGIN, i; hash_index_next(index, hash, &slot, &i);)
        sum += i;
    return sum;
}

static void test_positions(void **state)
{
    (void) state;
    struct hash_index index = { 0 };
    check_number("nothing in an empty one", sum_of(&index, 0), 0);
    for (size_t i = 0; i < 500; i++) {
        check_number("add", hash_index_add(&index, i << 32, i), 0); /* all want the first slot */
        check_number("add", hash_index_add(&index, i, 10000 + i), 0);
        check_number("add", hash_index_add(&index, UINT64_MAX - i, 20000), 0);
        check_number("add", hash_index_add(&index, UINT64_MAX - i, 30000), 0);
    }
    for (size_t i = 1; i < 500; i++) {
        check_number("a slot that others want", sum_of(&index, i << 32), i);
        check_number("its own slot", sum_of(&index, i), 10000 + i);
        check_number("two of one hash", sum_of(&index, UINT64_MAX - i), 50000);
    }
    check_number("none", sum_of(&index, 1u << 20), 0);
    hash_index_free(&index);
    check_number("none is left", sum_of(&index, 1), 0);
}

static void test_hash(void **state)
{
    (void) state;
    check_that("the same bytes", hash_bytes("abc", 3) == hash_bytes("abcd", 3));
    check_that("other bytes", hash_bytes("abc", 3) != hash_bytes("abd", 3));
    check_that("another length", hash_bytes("abc", 3) != hash_bytes("abc", 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_positions),
        cmocka_unit_test(test_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
