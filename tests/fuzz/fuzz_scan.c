/* SPDX-License-Identifier: MIT */
/* The search of seal, held against one that tries each pattern at each byte. The input is patterns,
 * a line each, an empty line, and bytes that come in pieces. */

#include <string.h>
#include <strings.h>

#include "fuzz.h"
#include "seal/scan.h"

enum { PATTERNS_MAX = 8, HITS_MAX = 4096, KINDS = 3 };

static const char *const sets[] = { NULL, "A-Z0-9", "a-c", "x", "A-Za-z0-9_-", "0-9" };

struct hits {
    struct scan_hit items[HITS_MAX];
    size_t count;
};

static void note(const struct scan_hit *hit, void *data)
{
    struct hits *hits = data;
    FUZZ_CHECK(hits->count < HITS_MAX);
    hits->items[hits->count++] = *hit;
}

static bool in_set(const char *set, int byte)
{
    for (; set && *set; set++) {
        if (set[1] == '-' && set[2]) {
            if (byte >= (unsigned char) set[0] && byte <= (unsigned char) set[2])
                return true;
            set += 2;
        } else if (byte == (unsigned char) *set)
            return true;
    }
    return false;
}

static bool same(const char *a, const char *b, size_t length, bool any_case)
{
    return any_case ? strncasecmp(a, b, length) == 0 : memcmp(a, b, length) == 0;
}

static size_t length_at(const struct scan_pattern *pattern, const struct buffer *bytes, size_t at)
{
    size_t text = strlen(pattern->text), tail = pattern->tail ? strlen(pattern->tail) : 0;
    size_t length = text + pattern->run_length + tail;
    const char *p = bytes->data + at;
    if (at + length > bytes->size || (pattern->at_start && at > 0))
        return 0;
    if (!same(p, pattern->text, text, pattern->any_case))
        return 0;
    for (size_t i = 0; i < pattern->run_length; i++)
        if (!in_set(pattern->run, (unsigned char) p[text + i]))
            return 0;
    if (tail > 0 && memcmp(p + text + pattern->run_length, pattern->tail, tail) != 0)
        return 0;
    if (at > 0 && in_set(pattern->not_before, (unsigned char) p[-1]))
        return 0;
    if (at + length < bytes->size && in_set(pattern->not_after, (unsigned char) p[length]))
        return 0;
    return length;
}

static void search(const struct scan_pattern patterns[], size_t count, const struct buffer *bytes,
    unsigned int where, struct hits *hits)
{
    size_t ends[KINDS] = { 0 };
    for (size_t at = 0; at < bytes->size; at++)
        for (size_t i = 0; i < count; i++) {
            const struct scan_pattern *pattern = &patterns[i];
            size_t length = (pattern->where & where) && at >= ends[pattern->kind]
                                ? length_at(pattern, bytes, at)
                                : 0;
            if (length == 0)
                continue;
            ends[pattern->kind] = at + length;
            note(&(const struct scan_hit){ pattern->kind, at, length }, hits);
        }
}

/* "0123450text": seven digits say what the pattern is like; a '|' divides the text and its tail. */
static bool read_pattern(char *line, struct scan_pattern *ret)
{
    struct fuzz_input input = { line, strlen(line) };
    *ret = (struct scan_pattern){ .kind = (unsigned int) fuzz_choice(&input, KINDS),
        .where = 1u << fuzz_choice(&input, 2),
        .run = sets[fuzz_choice(&input, 6)],
        .run_length = fuzz_choice(&input, 5),
        .not_before = sets[fuzz_choice(&input, 6)],
        .not_after = sets[fuzz_choice(&input, 6)] };
    size_t flags = fuzz_choice(&input, 4);
    ret->any_case = flags & 1;
    ret->at_start = flags & 2;
    ret->run_length = ret->run ? ret->run_length : 0;
    char *text = line + strlen(line) - input.left, *bar = strchr(text, '|');
    if (bar)
        *bar = '\0';
    ret->text = text;
    ret->tail = bar ? bar + 1 : NULL;
    return strlen(text) >= 2;
}

static void check(
    const struct scan_pattern patterns[], size_t count, const struct buffer *bytes, size_t piece)
{
    _cleanup_scan_ struct scan *scan = NULL;
    static struct hits found, expected;
    FUZZ_CHECK(scan_new(patterns, count, NULL, &scan) == 0);
    for (unsigned int where = 1; where <= 3; where++) {
        found.count = expected.count = 0;
        search(patterns, count, bytes, where, &expected);
        scan_start(scan, where, 0, note, &found);
        for (size_t at = 0; at < bytes->size; at += piece) {
            size_t left = bytes->size - at;
            scan_feed(scan, bytes->data + at, left < piece ? left : piece);
        }
        scan_end(scan);
        FUZZ_CHECK(found.count == expected.count);
        for (size_t i = 0; i < found.count; i++)
            FUZZ_CHECK(found.items[i].kind == expected.items[i].kind &&
                       found.items[i].offset == expected.items[i].offset &&
                       found.items[i].length == expected.items[i].length);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    struct scan_pattern patterns[PATTERNS_MAX];
    char *lines[PATTERNS_MAX];
    size_t piece = 1 + fuzz_choice(&input, 64), count = 0, kept = 0;
    for (bool more = true; more && kept < PATTERNS_MAX;) {
        lines[kept] = fuzz_line(&input);
        more = *lines[kept] != '\0';
        count += read_pattern(lines[kept++], &patterns[count]);
    }
    _cleanup_buffer_ struct buffer bytes = fuzz_rest(&input);
    check(patterns, count, &bytes, piece);
    for (size_t i = 0; i < kept; i++)
        mem_free(lines[i]);
    return 0;
}
