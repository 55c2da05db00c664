/* SPDX-License-Identifier: MIT */
/* agent/lib/few.c: the first of many, and how many more. */

#include "lib/few.h"

#include "check.h"
#include "lib/memory.h"

static void fill(struct few *few, size_t count)
{
    for (size_t i = 1; i <= count; i++)
        check_number("memory", few_printf(few, "entry %zu", i), 0);
}

static void test_tell(void **state)
{
    (void) state;
    static const struct {
        size_t count;
        const char *last;
    } rows[] = {
        { 0, "before" },
        { 1, "entry 1" },
        { FEW_MAX, "entry 20" },
        { FEW_MAX + 1, "and 1 more entries" },
        { 1000, "and 980 more entries" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_few_ struct few few = { 0 };
        _cleanup_strings_ struct strings list = { 0 };
        fill(&few, rows[i].count);
        check_number("memory", strings_append(&list, "before"), 0);
        check_number("memory", few_tell(&few, "entries", &list), 0);
        size_t count = rows[i].count > FEW_MAX ? FEW_MAX + 1 : rows[i].count;
        check_number(rows[i].last, (long long) list.count, (long long) (1 + count));
        check_text("the last", list.items[list.count - 1], rows[i].last);
    }
}

static void test_add(void **state)
{
    (void) state;
    _cleanup_few_ struct few few = { 0 };
    _cleanup_strings_ struct strings texts = { 0 };
    for (size_t i = 0; i < 2; i++)
        check_number("memory", strings_append(&texts, "twice"), 0);
    check_number("memory", few_add(&few, &texts), 0);
    check_number("each once", (long long) few.texts.count, 1);
    fill(&few, FEW_MAX);
    check_number("memory", few_add(&few, &texts), 0);
    check_number("counted", (long long) few.more, 1);
}

static void test_join(void **state)
{
    (void) state;
    _cleanup_strings_ struct strings texts = { 0 };
    _cleanup_mem_ char *none = few_join(&texts, ", ");
    check_text("none", none, "");
    for (size_t i = 0; i < FEW_MAX; i++)
        check_number("memory", strings_append(&texts, "a"), 0);
    _cleanup_mem_ char *all = few_join(&texts, ", ");
    check_text("all", all, "a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a");
    check_number("memory", strings_append(&texts, "b"), 0);
    _cleanup_mem_ char *more = few_join(&texts, ",");
    check_text("more", more, "a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,and 1 more");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tell),
        cmocka_unit_test(test_add),
        cmocka_unit_test(test_join),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
