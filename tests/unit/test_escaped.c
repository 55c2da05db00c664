/* SPDX-License-Identifier: MIT */
/* agent/lib/escaped.c: how formats write a character. */

#include "lib/escaped.h"

#include <string.h>

#include "check.h"

static void test_rows(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        char c;
        size_t length;
    } rows[] = {
        { "", '@', 0 },
        { "a", '@', 0 },
        { "@@", '@', 1 },
        { "%40h", '@', 3 },
        { "%2540h", '@', 5 },
        { "%252540", '@', 7 },
        { "%4", '@', 0 },
        { "%41", '@', 0 },
        { "%25", '@', 0 },
        { "%3a", ':', 3 },
        { "%3A", ':', 3 },
        { "%2F", '/', 3 },
        { "%u0040", '@', 6 },
        { "\\u0040h", '@', 6 },
        { "\\u0041", '@', 0 },
        { "\\U00000040", '@', 10 },
        { "\\u{40}", '@', 6 },
        { "\\u{40", '@', 0 },
        { "\\\\u0040", '@', 7 },
        { "\\x40h", '@', 4 },
        { "\\x{40}", '@', 6 },
        { "\\100", '@', 4 },
        { "\\0100", '@', 5 },
        { "\\/", '/', 2 },
        { "\\\\/", '/', 3 },
        { "\\u003A", ':', 6 },
        { "\\72", ':', 3 },
        { "\\", '@', 0 },
        { "\\\\", '@', 0 },
        { "&#64;", '@', 5 },
        { "&#064;", '@', 6 },
        { "&#x40;", '@', 6 },
        { "&#64", '@', 0 },
        { "&", '@', 0 },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_number(rows[i].text,
            (long long) escaped_length(rows[i].text, strlen(rows[i].text), rows[i].c),
            (long long) rows[i].length);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
