/* SPDX-License-Identifier: MIT */
/* agent/unpack/: what is packed comes out as it was, however the bytes come; what cannot be read is
 * told apart from what is broken; and nothing grows without a limit. What real programs pack is in
 * tests/seal. */

#include "unpack/unpack.h"

#include <errno.h>

#include "check.h"
#include "lib/buffer.h"
#include "unpack/codec.h"

enum { ONCE = 1 };

struct streams {
    struct buffer levels[UNPACK_LEVELS];
    uint64_t size;
    int open;
    bool keeps_none;
};

static int begin(unsigned int level, void *data)
{
    struct streams *streams = data;
    check_that("a level", level < UNPACK_LEVELS);
    streams->open++;
    return 0;
}

static void take(unsigned int level, const void *bytes, size_t size, void *data)
{
    struct streams *streams = data;
    streams->size += size;
    if (!streams->keeps_none)
        check_number("memory", buffer_append(&streams->levels[level], bytes, size), 0);
}

static void end(unsigned int level, void *data)
{
    struct streams *streams = data;
    check_that("a level", level < UNPACK_LEVELS);
    streams->open--;
}

static int unpack_all(
    const void *bytes, size_t size, size_t piece, uint64_t *left, struct streams *ret)
{
    const struct unpack_sink sink = { begin, take, end, ret };
    _cleanup_unpack_ struct unpack *unpack = NULL;
    check_number("new", unpack_new(&sink, left, &unpack), 0);
    for (size_t at = 0; at < size; at += piece) {
        size_t part = size - at < piece ? size - at : piece;
        int r = unpack_feed(unpack, (const char *) bytes + at, part);
        check_number("feed", r, 0);
    }
    int r = unpack_end(unpack);
    check_number("all streams ended", ret->open, 0);
    return r;
}

static void streams_free(struct streams *streams)
{
    for (size_t i = 0; i < UNPACK_LEVELS; i++)
        buffer_free(&streams->levels[i]);
}

/* `printf 'the secret' | gzip -n` and so on. */
#define GZIP      "\037\213\010\000\000\000\000\000\002\003+\311HU(NM.J-\001\000-\260EA\012\000\000\000"
#define GZIP_SIZE 30

static const struct {
    const char *name, *bytes;
    size_t size;
    const struct codec *const *codec; /* NULL: none is needed */
    const char *expected;             /* NULL: some of it */
    int r;
} unpack_rows[] = {
#include "unpack_rows.h"
};

static void check_row(size_t i, size_t piece)
{
    struct streams streams = { 0 };
    uint64_t left = UINT64_MAX;
    bool has_codec = !unpack_rows[i].codec || *unpack_rows[i].codec;
    char row[80];
    (void) snprintf(row, sizeof(row), "%s in pieces of %zu", unpack_rows[i].name, piece);
    int r = unpack_all(unpack_rows[i].bytes, unpack_rows[i].size, piece, &left, &streams);
    check_number(row, r, has_codec ? unpack_rows[i].r : -EOPNOTSUPP);
    const char *out = streams.levels[0].data ? streams.levels[0].data : "";
    if (!has_codec)
        check_text(row, out, "");
    else if (unpack_rows[i].expected)
        check_text(row, out, unpack_rows[i].expected);
    check_that(row, unpack_knows(unpack_rows[i].bytes, unpack_rows[i].size));
    streams_free(&streams);
}

static void test_unpack(void **state)
{
    (void) state;
    static const size_t pieces[] = { 1, 2, 7, 60, 511, 512, 100000 };
    for (size_t i = 0; i < ELEMENTSOF(unpack_rows); i++)
        for (size_t p = 0; p < ELEMENTSOF(pieces); p++)
            check_row(i, pieces[p]);
}

static void test_no_archive(void **state)
{
    (void) state;
    static const char *const rows[] = { "", "x", "PK", "BZh", "BZhello, world", "7z", "!<arch>",
        "\x1f\x8b", "]", "text that says ustar somewhere" };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        struct streams streams = { 0 };
        uint64_t left = UINT64_MAX;
        check_that(rows[i], !unpack_knows(rows[i], strlen(rows[i])));
        check_number(rows[i], unpack_all(rows[i], strlen(rows[i]), ONCE, &left, &streams), 0);
        check_number(rows[i], (long long) streams.size, 0);
    }
}

/* What is left over for all files is counted down, and never exceeded. */
static void test_limit(void **state)
{
    (void) state;
    if (!codec_gzip)
        return;
    for (uint64_t limit = 0; limit < 12; limit++) {
        struct streams streams = { 0 };
        uint64_t left = limit;
        int r = unpack_all(GZIP, GZIP_SIZE, 100, &left, &streams);
        check_number("limit", r, limit < 10 ? -E2BIG : 0);
        check_that("no more", streams.size <= limit && left == limit - streams.size);
        streams_free(&streams);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unpack),
        cmocka_unit_test(test_no_archive),
        cmocka_unit_test(test_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
