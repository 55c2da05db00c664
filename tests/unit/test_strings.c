/* SPDX-License-Identifier: MIT */
/* agent/lib/strings.c: a list of owned strings. */

#include "lib/strings.h"

#include "check.h"
#include "lib/memory.h"

static void check_joined(
    const char *row, const struct strings *list, const char *separator, const char *expected)
{
    _cleanup_mem_ char *joined = strings_join(list, separator);
    check_text(row, joined, expected);
}

static void test_append(void **state)
{
    (void) state;
    _cleanup_strings_ struct strings list = { 0 };
    char text[] = "first";
    check_joined("empty", &list, ",", "");
    check_number("append", strings_append(&list, text), 0);
    text[0] = 'X';
    check_joined("a copy is kept", &list, ",", "first");
    check_number("part", strings_append_n(&list, "second!", 6), 0);
    check_number("part of nothing", strings_append_n(&list, "x", 0), 0);
    check_number("printf", strings_printf(&list, "%s=%d", "n", 3), 0);
    check_number("again", strings_append(&list, "first"), 0);
    check_number("count", list.count, 5);
    check_joined("all", &list, ",", "first,second,,n=3,first");
    check_joined("a longer separator", &list, " | ", "first | second |  | n=3 | first");
    check_joined("no separator", &list, "", "firstsecondn=3first");
}

static void test_new(void **state)
{
    (void) state;
    _cleanup_strings_ struct strings list = { 0 };
    static const char *const texts[] = { "a", "b", "a", "", "A", "", "b", "ab" };
    for (size_t i = 0; i < ELEMENTSOF(texts); i++)
        check_number(texts[i], strings_add_unique(&list, texts[i]), 0);
    check_joined("each once", &list, ",", "a,b,,A,ab");
}

static void test_contain(void **state)
{
    (void) state;
    _cleanup_strings_ struct strings list = { 0 };
    check_that("nothing in an empty list", !strings_contains(&list, ""));
    check_number("append", strings_append(&list, "abc"), 0);
    check_that("the same", strings_contains(&list, "abc"));
    check_that("a part", !strings_contains(&list, "ab"));
    check_that("longer", !strings_contains(&list, "abcd"));
    check_that("letter case", !strings_contains(&list, "ABC"));
    check_that("empty", !strings_contains(&list, ""));
}

static void test_many(void **state)
{
    (void) state;
    struct strings list = { 0 };
    for (int i = 0; i < 3000; i++)
        check_number("printf", strings_printf(&list, "%d", i), 0);
    check_number("count", list.count, 3000);
    check_text("first", list.items[0], "0");
    check_text("last", list.items[2999], "2999");
    strings_free(&list);
    check_that("freed", !list.items && list.count == 0);
    strings_free(&list);
}

/* Each text twice, some of them appended in between. */
static void test_unique(void **state)
{
    (void) state;
    _cleanup_strings_ struct strings list = { 0 };
    char text[16];
    for (int i = 0; i < 2000; i++) {
        (void) snprintf(text, sizeof(text), "%d", i / 2);
        bool is_new = !strings_contains(&list, text);
        check_number(text, is_new, i % 2 == 0);
        check_number(
            text, i % 10 ? strings_add_unique(&list, text) : strings_append(&list, text), 0);
        check_number(text, list.count, (size_t) i / 2 + 1);
        check_that(text, strings_contains(&list, text));
    }
    check_text("in their order", list.items[999], "999");
    check_that("none", !strings_contains(&list, "1000"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unique),
        cmocka_unit_test(test_append),
        cmocka_unit_test(test_new),
        cmocka_unit_test(test_contain),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
