/* SPDX-License-Identifier: MIT */
/* agent/lib/suggest.c: which known word was meant. */

#include "lib/suggest.h"

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
            rows[i].word, suggest_word(rows[i].word, words, ELEMENTSOF(words)), rows[i].expected);
}

static void test_borders(void **state)
{
    (void) state;
    static const char *const first[] = { "ab", "ac", "ad" };
    check_text("the first of equals", suggest_word("ax", first, ELEMENTSOF(first)), "ab");
    check_text("no words", suggest_word("ab", NULL, 0), NULL);
    check_that("borrowed, not copied", suggest_word("ac", first, ELEMENTSOF(first)) == first[1]);
}

static void test_append(void **state)
{
    (void) state;
    static const struct {
        const char *before, *near, *after, *expected;
    } rows[] = {
        { "\"", "run", "\"", "unknown, did you mean \"run\"?" },
        { "--", "json", "", "unknown, did you mean --json?" },
        { "\"", NULL, "\"", "unknown" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        struct error err = { 0 };
        (void) error_set(&err, EX_USAGE, 0, "unknown");
        suggest_append(&err, rows[i].before, rows[i].near, rows[i].after);
        check_text("text", err.text, rows[i].expected);
    }
    suggest_append(NULL, "", "run", "");
}

static void test_nearest_in_text(void **state)
{
    (void) state;
    static const struct {
        const char *part, *text;
        bool expected;
    } rows[] = {
        { "curl", "curl-8.8", true },
        { "requests", "python-requests", true },
        { "equests", "python-requests", false },
        { "requests", "request", false },
        { "aws-cli", "botocore, boto3, AWS CLI 1 and 2", true },
        { "awscli", "botocore, boto3, AWS CLI 1 and 2", true },
        { "AWS_CLI_2", "aws cli 1, aws cli 2", true },
        { "-aws.", "AWS", true },
        { "undici-7", "undici 8, undici 7", true },
        { "cli-aws", "AWS CLI", false },
        { "x", "", false },
        { "", "x", false },
        { "-", "x-y", false },
        { "", "", false },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_number(
            rows[i].part, suggest_matches_prefix(rows[i].part, rows[i].text), rows[i].expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nearest_word),
        cmocka_unit_test(test_borders),
        cmocka_unit_test(test_append),
        cmocka_unit_test(test_nearest_in_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
