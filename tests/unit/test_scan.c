/* SPDX-License-Identifier: MIT */
/* agent/seal/scan.c: the same hits however the bytes come. */

#include "seal/scan.h"

#include <errno.h>

#include "check.h"
#include "lib/buffer.h"

enum { ONE = 1, TWO = 2, BOTH = 3 };

static const struct scan_pattern patterns[] = {
    { .kind = 1, .where = BOTH, .text = "word" },
    { .kind = 2,
        .where = BOTH,
        .text = "ID",
        .run = "A-C0-9",
        .run_length = 4,
        .not_before = "A-Z",
        .not_after = "A-Z0-9" },
    { .kind = 3, .where = ONE, .text = "x-", .run = "a-z_-", .run_length = 2, .tail = "==" },
    { .kind = 4, .where = TWO, .text = "Head: ", .any_case = true },
    { .kind = 5, .where = BOTH, .text = "\x1f\x8b", .at_start = true },
    { .kind = 1, .where = BOTH, .text = "wordword" },
    { .kind = 1, .where = BOTH, .text = "ordinary" },
};

static void note(const struct scan_hit *hit, void *data)
{
    check_number("memory",
        buffer_printf(
            data, "%u@%llu+%zu ", hit->kind, (unsigned long long) hit->offset, hit->length),
        0);
}

static struct scan *make(void)
{
    struct scan *scan = NULL;
    check_number("new", scan_new(patterns, ELEMENTSOF(patterns), NULL, &scan), 0);
    return scan;
}

/* The bytes in pieces of one size. */
static void check_pieces(struct scan *scan, unsigned int where, uint64_t offset, const char *bytes,
    size_t size, size_t piece, const char *expected)
{
    _cleanup_buffer_ struct buffer hits = { 0 };
    char row[80];
    (void) snprintf(row, sizeof(row), "%.40s in pieces of %zu", bytes, piece);
    scan_start(scan, where, offset, note, &hits);
    for (size_t i = 0; i < size; i += piece)
        scan_feed(scan, bytes + i, size - i < piece ? size - i : piece);
    scan_end(scan);
    check_text(row, hits.data ? hits.data : "", expected);
}

static void test_hits(void **state)
{
    (void) state;
    _cleanup_scan_ struct scan *scan = make();
    static const struct {
        const char *bytes;
        size_t size; /* 0: up to the NUL */
        unsigned int where;
        uint64_t offset;
        const char *expected;
    } rows[] = {
        { "", 0, BOTH, 0, "" },
        { "w", 0, BOTH, 0, "" },
        { "wor", 0, BOTH, 0, "" },
        { "word", 0, BOTH, 0, "1@0+4 " },
        { "a word, a sword", 0, BOTH, 0, "1@2+4 1@11+4 " },
        { "wwordd", 0, BOTH, 0, "1@1+4 " },
        { "woword", 0, BOTH, 0, "1@2+4 " },
        { "WORD", 0, BOTH, 0, "" },
        /* No overlap within a kind: the first in the list counts at the same byte. */
        { "wordwordword", 0, BOTH, 0, "1@0+4 1@4+4 1@8+4 " },
        { "wordinary ordinary", 0, BOTH, 0, "1@0+4 1@10+8 " },
        { "IDABC1", 0, BOTH, 0, "2@0+6 " },
        { " IDABC1 IDCCCC,ID0000", 0, BOTH, 0, "2@1+6 2@8+6 2@15+6 " },
        { "AIDABC1", 0, BOTH, 0, "" },
        { "aIDABC1", 0, BOTH, 0, "2@1+6 " },
        { "IDABC1A", 0, BOTH, 0, "" },
        { "IDABC1a", 0, BOTH, 0, "2@0+6 " },
        { "IDABCD", 0, BOTH, 0, "" },
        { "IDABC", 0, BOTH, 0, "" },
        { "IDIDABC1", 0, BOTH, 0, "" },
        { "x-ab==", 0, ONE, 0, "3@0+6 " },
        { "x--_==", 0, ONE, 0, "3@0+6 " },
        { "x-ab=", 0, ONE, 0, "" },
        { "x-ab= =", 0, ONE, 0, "" },
        { "x-ab==", 0, TWO, 0, "" },
        { "x-ab== Head: word", 0, BOTH, 0, "3@0+6 4@7+6 1@13+4 " },
        { "head: HEAD: hEAd: head:", 0, TWO, 0, "4@0+6 4@6+6 4@12+6 " },
        { "head: ", 0, ONE, 0, "" },
        { "\x1f\x8bword", 0, BOTH, 0, "5@0+2 1@2+4 " },
        { "\x1f\x8bword", 0, BOTH, 100, "1@102+4 " },
        { " \x1f\x8b", 0, BOTH, 0, "" },
        { "word\0word\xff", 10, BOTH, 7, "1@7+4 1@12+4 " },
        { "wo\0rd", 5, BOTH, 0, "" },
        { "word", 0, BOTH, UINT64_C(0x1000000000), "1@68719476736+4 " },
        { "word", 0, 0, 0, "" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        size_t size = rows[i].size > 0 ? rows[i].size : strlen(rows[i].bytes);
        for (size_t piece = 1; piece <= size + 1; piece++)
            check_pieces(
                scan, rows[i].where, rows[i].offset, rows[i].bytes, size, piece, rows[i].expected);
    }
}

enum { SIZE = 200000, LENGTH = 6 };

/* One hit amid blanks; then with a letter that may not stand in front of it, or behind. */
static void check_around(struct scan *scan, size_t at, size_t piece)
{
    static char bytes[SIZE];
    char expected[40];
    (void) snprintf(expected, sizeof(expected), "2@%zu+6 ", at);
    memset(bytes, ' ', sizeof(bytes));
    for (size_t i = 0; i < LENGTH; i++)
        bytes[at + i] = "IDABC1"[i];
    check_pieces(scan, BOTH, 0, bytes, SIZE, piece, expected);
    if (at > 0) {
        bytes[at - 1] = 'D';
        check_pieces(scan, BOTH, 0, bytes, SIZE, piece, "");
        bytes[at - 1] = ' ';
    }
    if (at + LENGTH < SIZE) {
        bytes[at + LENGTH] = 'D';
        check_pieces(scan, BOTH, 0, bytes, SIZE, piece, "");
    }
}

/* Wherever the window ends, and whichever bytes come together. */
static void test_window(void **state)
{
    (void) state;
    _cleanup_scan_ struct scan *scan = make();
    static const size_t ends[] = { 16, 65536, 131072, SIZE };
    static const size_t pieces[] = { 1, 1000, 65535, 65536, 65537, SIZE };
    for (size_t e = 0; e < ELEMENTSOF(ends); e++)
        for (size_t at = ends[e] - 16; at < ends[e] + 16 && at + LENGTH <= SIZE; at++)
            check_around(scan, at, pieces[at % ELEMENTSOF(pieces)]);
}

static void test_refused(void **state)
{
    (void) state;
    static const struct scan_pattern bad[] = {
        { .kind = 1, .where = 1, .text = "" },
        { .kind = 1, .where = 1, .text = "x" },
        { .kind = 64, .where = 1, .text = "xx" },
    };
    struct scan *scan = NULL;
    for (size_t i = 0; i < ELEMENTSOF(bad); i++)
        check_number("bad", scan_new(&bad[i], 1, NULL, &scan), -EINVAL);
    check_that("untouched", !scan);

    check_number("none", scan_new(NULL, 0, NULL, &scan), 0);
    check_pieces(scan, BOTH, 0, "word", 4, 4, "");
    scan_free(scan);
    scan_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hits),
        cmocka_unit_test(test_window),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
