/* SPDX-License-Identifier: MIT */
/* agent/lib/utf8.c: valid text stays, each other byte is replaced; the byte order mark. */

#include "lib/utf8.h"

#include "check.h"

#define BAD "\xef\xbf\xbd"

static void test_rows(void **state)
{
    (void) state;
    static const struct {
        const char *text, *expected;
    } rows[] = {
        { "", "" },
        { "a\n\x7f", "a\n\x7f" },
        { "\xc3\xa4|\xe2\x82\xac|\xf0\x9f\x98\x80", "\xc3\xa4|\xe2\x82\xac|\xf0\x9f\x98\x80" },
        { "\xc2\x80|\xe0\xa0\x80|\xf0\x90\x80\x80", "\xc2\x80|\xe0\xa0\x80|\xf0\x90\x80\x80" },
        { "\xed\x9f\xbf|\xee\x80\x80|\xf4\x8f\xbf\xbf",
            "\xed\x9f\xbf|\xee\x80\x80|\xf4\x8f\xbf\xbf" },
        { "a\xff"
          "b\x80"
          "c",
            "a" BAD "b" BAD "c" },
        { "cut short \xc3", "cut short " BAD },
        { "cut short \xe2\x82", "cut short " BAD BAD },
        { "cut short \xf0\x9f\x98"
          "a",
            "cut short " BAD BAD BAD "a" },
        { "longer than needed \xc0\xaf|\xe0\x9f\xbf",
            "longer than needed " BAD BAD "|" BAD BAD BAD },
        { "\xf0\x8f\xbf\xbf", BAD BAD BAD BAD },
        { "a surrogate \xed\xa0\x80", "a surrogate " BAD BAD BAD },
        { "above the last \xf4\x90\x80\x80|\xf5", "above the last " BAD BAD BAD BAD "|" BAD },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        /* What follows could complete a character that is cut short. */
        size_t length = strlen(rows[i].text);
        char *copy = malloc(length + 1);
        assert_non_null(copy);
        memcpy(copy, rows[i].text, length);
        copy[length] = '\xbf';
        _cleanup_buffer_ struct buffer text = { 0 };
        check_number(rows[i].text, utf8_append(copy, length, &text), 0);
        check_text(rows[i].text, text.data ? text.data : "", rows[i].expected);
        free(copy);
    }
}

static void test_mark(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        size_t expected;
    } rows[] = {
        { "", 0 },
        { "a", 0 },
        { "\xef\xbb", 0 },
        { "\xef\xbb\xbf", 3 },
        { "\xef\xbb\xbf\xef\xbb\xbf", 3 },
        { "a\xef\xbb\xbf", 0 },
        { "\xfe\xff", 0 },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_number(
            rows[i].text, utf8_mark_length(rows[i].text, strlen(rows[i].text)), rows[i].expected);
    check_number("cut short", utf8_mark_length("\xef\xbb\xbf", 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows), cmocka_unit_test(test_mark) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
