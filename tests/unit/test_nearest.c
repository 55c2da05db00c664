/* agent/base/nearest.c: which known word was meant. */

#include "base/nearest.h"

#include "check.h"

#define LONG   "0123456789012345678901234567890123456789012345678901234567890ab" /* 63 */
#define LONGER "0123456789012345678901234567890123456789012345678901234567890abcd"

static const char *const words[] = { "proxy.http", "proxy.https", "imds.mode", "case", LONG,
    LONGER };

static void test_nearest_word(void **state)
{
    (void) state;
    static const struct {
        const char *word, *expected;
    } rows[] = {
        { "proxy.http", "proxy.http" }, { "proxy.htp", "proxy.http" },
        { "proxy.htps", "proxy.https" }, { "proxy.httpss", "proxy.https" },
        { "prxoy.http", "proxy.http" }, { "Proxy.Http", "proxy.http" }, { "imds.mod", "imds.mode" },
        { "ims.mode", "imds.mode" }, { "cse", "case" }, { "acse", "case" }, { "xyz", NULL },
        { "c", NULL }, { "", NULL }, { "something else", NULL }, { LONG, LONG },
        { "x" LONG, NULL }, /* too long to be compared */
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_text(
            rows[i].word, nearest_word(rows[i].word, words, ELEMENTSOF(words)), rows[i].expected);
}

static void test_borders(void **state)
{
    (void) state;
    static const char *const first[] = { "ab", "ac", "ad" };
    check_text("the first of equals", nearest_word("ax", first, ELEMENTSOF(first)), "ab");
    check_text("no words", nearest_word("ab", NULL, 0), NULL);
    check_that("borrowed, not copied", nearest_word("ac", first, ELEMENTSOF(first)) == first[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nearest_word),
        cmocka_unit_test(test_borders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
