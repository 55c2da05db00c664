/* SPDX-License-Identifier: MIT */
/* agent/lib/diff.c: the bytes of unified diffs, and that each leads from the old text to the new.
 */

#include "lib/diff.h"

#include <stdlib.h>

#include "check.h"

static void fill(struct buffer *buffer, const char *text)
{
    check_number("append", buffer_append_text(buffer, text), 0);
}

#define HEAD "--- a\n+++ b\n"
#define CUT  "\\ No newline at end of file\n"

static const struct {
    const char *row, *old_text, *new_text, *expected;
} goldens[] = {
    { "both empty", "", "", "" },
    { "equal", "a\nb\n", "a\nb\n", "" },
    { "equal without a newline", "a\nb", "a\nb", "" },
    { "all comes", "", "a\nb\n", HEAD "@@ -0,0 +1,2 @@\n+a\n+b\n" },
    { "all goes", "a\nb\n", "", HEAD "@@ -1,2 +0,0 @@\n-a\n-b\n" },
    { "one line changes", "a\n", "b\n", HEAD "@@ -1,1 +1,1 @@\n-a\n+b\n" },
    { "a line comes in front", "a\nb\nc\nd\n", "x\na\nb\nc\nd\n",
        HEAD "@@ -1,3 +1,4 @@\n+x\n a\n b\n c\n" },
    { "a line comes behind", "a\nb\nc\nd\n", "a\nb\nc\nd\nx\n",
        HEAD "@@ -2,3 +2,4 @@\n b\n c\n d\n+x\n" },
    { "the middle changes", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n",
        HEAD "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n" },
    { "six lines between are one hunk", "a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n",
        HEAD "@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n" },
    { "seven lines between are two", "a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n",
        HEAD "@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n" },
    { "the second hunk is moved", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "x\ny\n1\n2\n3\n4\n5\n6\n7\n8\n",
        HEAD "@@ -1,3 +1,5 @@\n+x\n+y\n 1\n 2\n 3\n@@ -6,4 +8,3 @@\n 6\n 7\n 8\n-9\n" },
    { "the newline at the end comes", "a\nb", "a\nb\n",
        HEAD "@@ -1,2 +1,2 @@\n a\n-b\n" CUT "+b\n" },
    { "the newline at the end goes", "a\nb\n", "a\nb", HEAD "@@ -1,2 +1,2 @@\n a\n-b\n+b\n" CUT },
    { "neither has one", "a\nb", "x\nb", HEAD "@@ -1,2 +1,2 @@\n-a\n+x\n b\n" CUT },
    { "one line without one comes", "", "a", HEAD "@@ -0,0 +1,1 @@\n+a\n" CUT },
    { "a line comes behind one without", "a", "a\nb",
        HEAD "@@ -1,1 +1,2 @@\n-a\n" CUT "+a\n+b\n" CUT },
    { "carriage returns are bytes", "a\r\n", "a\n", HEAD "@@ -1,1 +1,1 @@\n-a\r\n+a\n" },
    { "empty lines", "\n\n", "\n\n\n", HEAD "@@ -1,2 +1,3 @@\n \n \n+\n" },
    { "what moves goes and comes", "a\nb\n", "b\na\n", HEAD "@@ -1,2 +1,2 @@\n-a\n b\n+a\n" },
};

static void test_golden(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(goldens); i++) {
        _cleanup_buffer_ struct buffer old_text = { 0 }, new_text = { 0 }, diff = { 0 };
        const char *new_name = *goldens[i].expected ? "b" : "a";
        fill(&old_text, goldens[i].old_text);
        fill(&new_text, goldens[i].new_text);
        check_number(goldens[i].row, diff_unified("a", &old_text, new_name, &new_text, &diff), 0);
        check_text(goldens[i].row, diff.data ? diff.data : "", goldens[i].expected);
    }
}

static void test_appends_with_names(void **state)
{
    (void) state;
    _cleanup_buffer_ struct buffer diff = { 0 }, new_text = { 0 };
    const struct buffer none = { 0 };
    fill(&diff, "before\n");
    fill(&new_text, "x\n");
    check_number("new", diff_unified("/dev/null", &none, "/etc/environment", &new_text, &diff), 0);
    check_number("gone", diff_unified("/etc/x", &new_text, "/dev/null", &none, &diff), 0);
    check_text("diff", diff.data,
        "before\n--- /dev/null\n+++ /etc/environment\n@@ -0,0 +1,1 @@\n+x\n"
        "--- /etc/x\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-x\n");
}

/* The next line of a text, with its newline; NULL at the end. */
static const char *next_line(const char **text, size_t *length)
{
    const char *line = *text;
    *length = 0;
    if (!*line)
        return NULL;
    const char *newline = strchr(line, '\n');
    *length = newline ? (size_t) (newline + 1 - line) : strlen(line);
    *text += *length;
    return line;
}

/* A strict patch(1): the state between two lines of a diff. */
struct patch {
    const char *diff;          /* what is left of it */
    const char *old_text;      /* likewise */
    size_t old_line, new_line; /* lines behind us */
    struct buffer *result;
};

static void copy_lines(struct patch *patch, size_t until)
{
    size_t length;
    while (patch->old_line < until) {
        const char *line = next_line(&patch->old_text, &length);
        check_that("the old text has the line", line != NULL);
        check_number("append", buffer_append(patch->result, line, length), 0);
        patch->old_line++;
        patch->new_line++;
    }
}

static void apply_line(struct patch *patch)
{
    size_t length, old_length;
    const char *line = next_line(&patch->diff, &length);
    check_that("the hunk has the line", line != NULL);
    size_t size = length - 1;
    if (strncmp(patch->diff, CUT, strlen(CUT)) == 0) {
        size--;
        patch->diff += strlen(CUT);
    }
    check_that("a known mark", strchr(" -+", *line) != NULL);
    if (*line != '+') {
        const char *old_line = next_line(&patch->old_text, &old_length);
        check_that("the old text has the line", old_line != NULL);
        check_bytes("the line of the old text", line + 1, size, old_line, old_length);
        patch->old_line++;
    }
    if (*line != '-') {
        check_number("append", buffer_append(patch->result, line + 1, size), 0);
        patch->new_line++;
    }
}

static size_t read_number(const char **text, char before)
{
    char *end;
    check_that("the head of a hunk", **text == before);
    size_t number = strtoul(*text + 1, &end, 10);
    *text = end;
    return number;
}

static void apply_hunk(struct patch *patch)
{
    check_that("a hunk", strncmp(patch->diff, "@@ ", 3) == 0);
    patch->diff += 3;
    size_t old_start = read_number(&patch->diff, '-'), old_count = read_number(&patch->diff, ',');
    patch->diff++;
    size_t new_start = read_number(&patch->diff, '+'), new_count = read_number(&patch->diff, ',');
    check_that("the end of the head", strncmp(patch->diff, " @@\n", 4) == 0);
    patch->diff += 4;

    copy_lines(patch, old_count > 0 ? old_start - 1 : old_start);
    check_number("the new line", patch->new_line, new_count > 0 ? new_start - 1 : new_start);
    size_t old_end = patch->old_line + old_count, new_end = patch->new_line + new_count;
    while (patch->old_line < old_end || patch->new_line < new_end)
        apply_line(patch);
    check_number("lines of the old text", patch->old_line, old_end);
    check_number("lines of the new text", patch->new_line, new_end);
}

/* Applies the diff of two texts to the first, and expects the second. */
static void check_leads(const struct buffer *old_text, const struct buffer *new_text)
{
    _cleanup_buffer_ struct buffer diff = { 0 }, result = { 0 };
    if (buffer_equal(old_text, new_text)) {
        check_number("equal", diff_unified("a", old_text, "a", new_text, &diff), 0);
        check_number("nothing for equal texts", diff.size, 0);
        return;
    }
    check_number("diff", diff_unified("a", old_text, "b", new_text, &diff), 0);
    check_that("the head", strncmp(diff.data, HEAD, strlen(HEAD)) == 0);
    struct patch patch = { .diff = diff.data + strlen(HEAD),
        .old_text = old_text->size > 0 ? old_text->data : "",
        .result = &result };
    while (*patch.diff)
        apply_hunk(&patch);
    fill(&result, patch.old_text);
    check_bytes("the new text", result.data, result.size, new_text->data, new_text->size);
}

/* Few different lines, so that there is much in common and much that only looks so. */
static void make_text(uint64_t *seed, size_t lines, struct buffer *ret)
{
    static const char *const texts[] = { "a", "b", "c", "", "-", "+x", " y", "@@ -1 +1 @@", "d\r" };
    for (size_t i = 0; i < lines; i++)
        check_number(
            "append", buffer_printf(ret, "%s\n", texts[check_random(seed, ELEMENTSOF(texts))]), 0);
    if (check_random(seed, 3) == 0)
        fill(ret, "end");
}

/* The old text with some lines left out, doubled, or put in. */
static void change_text(uint64_t *seed, const struct buffer *old_text, struct buffer *ret)
{
    const char *text = old_text->size > 0 ? old_text->data : "";
    size_t length, kind;
    for (const char *line; (line = next_line(&text, &length));) {
        kind = check_random(seed, 12);
        if (kind == 0)
            continue;
        if (kind == 1)
            fill(ret, "new\n");
        if (kind == 2)
            check_number("append", buffer_append(ret, line, length), 0);
        if (kind == 2 && line[length - 1] != '\n')
            fill(ret, "\n");
        check_number("append", buffer_append(ret, line, length), 0);
    }
}

static void test_generated(void **state)
{
    (void) state;
    for (uint64_t i = 0; i < 2000; i++) {
        uint64_t seed = i;
        _cleanup_buffer_ struct buffer old_text = { 0 }, new_text = { 0 };
        make_text(&seed, check_random(&seed, 60), &old_text);
        if (i % 2)
            make_text(&seed, check_random(&seed, 60), &new_text);
        else
            change_text(&seed, &old_text, &new_text);
        check_leads(&old_text, &new_text);
        check_leads(&new_text, &old_text);
    }
}

/* Too much to compare line by line. */
static void test_large(void **state)
{
    (void) state;
    _cleanup_buffer_ struct buffer old_text = { 0 }, new_text = { 0 }, diff = { 0 };
    fill(&old_text, "head\n");
    fill(&new_text, "head\n");
    for (int i = 0; i < 3000; i++) {
        check_number("append", buffer_printf(&old_text, "old %d\nboth\n", i), 0);
        check_number("append", buffer_printf(&new_text, "new %d\nboth\n", i), 0);
    }
    check_leads(&old_text, &new_text);
    check_number("diff", diff_unified("a", &old_text, "b", &new_text, &diff), 0);
    static const char start[] = HEAD "@@ -1,6001 +1,6001 @@\n head\n-old 0\n-both\n-old 1\n";
    check_bytes("one change", diff.data, strlen(start), start, strlen(start));
}

/* Lines that both have once hold a large diff together, also where their order changes. */
static void test_large_in_another_order(void **state)
{
    (void) state;
    _cleanup_buffer_ struct buffer old_text = { 0 }, new_text = { 0 };
    for (int i = 0; i < 3000; i++) {
        check_number("append", buffer_printf(&old_text, "old %d\nboth\nonce %d\n", i, i), 0);
        check_number(
            "append", buffer_printf(&new_text, "new %d\nboth\nonce %d\n", i, i * 7 % 3000), 0);
    }
    check_leads(&old_text, &new_text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_appends_with_names),
        cmocka_unit_test(test_generated),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_large_in_another_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
