/* SPDX-License-Identifier: MIT */
/* agent/clients/split.c: the entries that a client finds in a list. */

#include "clients/split.h"

#include "check.h"

#define BLANK_ENDS .split = SPLIT_COMMA_SPACE, .defects = DEFECT_BLANK_ENDS_LIST

/* The entries between bars, each with "=port" where it has one; "~" stands for an empty one that
 * the client drops. */
static const struct {
    const char *row;
    struct client client;
    const char *list, *entries;
} rows[] = {
    { "an empty list", { .split = SPLIT_COMMA }, "", "||" },
    { "commas", { .split = SPLIT_COMMA }, "a,b c,\td,,e", "|a|b c|\td||e|" },
    { "spaces", { .split = SPLIT_COMMA_SPACE }, "a, b\tc", "|a||b\tc|" },
    { "blanks", { .split = SPLIT_COMMA_BLANK }, "a b\tc\nd", "|a|b|c\nd|" },
    { "white space", { .split = SPLIT_COMMA_WHITE },
        "a b\tc\nd\x0b"
        "e",
        "|a|b|c|d|e|" },
    { "bars", { .split = SPLIT_COMMA_BAR }, "a,b c", "|a|b c|" },

    { "colons", { .split = SPLIT_COLON }, "a:b,c", "|a|b|c|" },
    { "a port", { .split = SPLIT_COLON }, "a:80,b:8080:c", "|a=80|b=8080|c|" },
    { "a port without a name", { .split = SPLIT_COLON }, ":80", "||80|" },
    { "a port too large", { .split = SPLIT_COLON }, "a:65535,b:65536", "|a=65535|b=0|" },
    { "text behind a port", { .split = SPLIT_COLON }, "a:80b", "|a=80|b|" },

    { "trimmed", { .split = SPLIT_COMMA, .trim = TRIM_BOTH }, " a , b\t,\n", "|a|b||" },
    { "trimmed in front", { .split = SPLIT_COMMA, .trim = TRIM_AFTER_COMMA }, " a , b ",
        "| a |b |" },
    { "trimmed between", { .split = SPLIT_COMMA, .trim = TRIM_AROUND_COMMA }, " a , b , c ",
        "| a|b|c |" },
    { "an end that is dropped", { .split = SPLIT_COMMA, .trim = TRIM_AROUND_COMMA }, "a,,b,, ,",
        "|a||b|~|~|~|" },
    { "an end that is kept", { .split = SPLIT_COMMA, .trim = TRIM_BOTH }, "a,,", "|a|||" },

    { "a blank ends the list", { BLANK_ENDS }, "a,b c,d", "|a|b|" },
    { "a blank in front of a comma", { BLANK_ENDS }, "a ,b", "|a||b|" },
};

static void test_entries(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        char entries[256] = "|";
        size_t used = 1;
        for (struct split split = { 0 }; split_next(&rows[i].client, rows[i].list, &split);) {
            bool is_dropped = split_is_empty_tail(&rows[i].client, &split);
            used += (size_t) snprintf(entries + used, sizeof(entries) - used, "%.*s%s",
                (int) split.length, split.entry, is_dropped ? "~" : "");
            if (split.has_port)
                used +=
                    (size_t) snprintf(entries + used, sizeof(entries) - used, "=%u", split.port);
            used += (size_t) snprintf(entries + used, sizeof(entries) - used, "|");
            check_that(rows[i].row, used < sizeof(entries));
        }
        check_text(rows[i].row, entries, rows[i].entries);
    }
}

static void test_star(void **state)
{
    (void) state;
    static const struct {
        const char *list;
        bool expected;
    } stars[] = { { "*", true }, { " *\t", true }, { "**", false }, { "*.a", false },
        { "", false } };
    const struct client client = { .split = SPLIT_COMMA, .trim = TRIM_BOTH };
    for (size_t i = 0; i < ELEMENTSOF(stars); i++) {
        struct split split = { 0 };
        check_that(stars[i].list, split_next(&client, stars[i].list, &split));
        check_number(stars[i].list, split_is_star(&split), stars[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entries),
        cmocka_unit_test(test_star),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
