/* SPDX-License-Identifier: MIT */
/* A window slides over the bytes. Two bytes in a row say whether any pattern can begin there, which
 * is nearly never; so the number of patterns hardly counts. Where no pattern counts the matcher's
 * own check for three places at once is all. Hits of one kind do not overlap: the first counts. */

#include "seal/scan.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/memory.h"

enum {
    KINDS = 64,
    WINDOW = 65536,
    PAIRS = 65536, /* of two bytes */
};

struct set {
    bool has[256];
};

struct compiled {
    struct scan_pattern source; /* its sets are not kept */
    char *text;
    char *tail;
    size_t text_length, tail_length;
    struct set run, before, after;
};

struct scan {
    struct compiled *patterns;
    size_t count;
    unsigned int wheres;     /* of any pattern */
    struct matcher *matcher; /* or NULL */
    bool is_like;            /* both belong to another scan */
    size_t ahead;            /* a pattern ends before this many bytes, with the one behind it */
    unsigned char pairs[PAIRS / 8];

    unsigned char *window;
    size_t used;
    size_t next;   /* the first byte where a pattern or a form may begin */
    uint64_t base; /* the offset of the window's first byte */
    unsigned int where;
    scan_found found;
    void *data;
    uint64_t ends[KINDS]; /* of the last hit of each kind */
};

static struct set set_of(const char *text)
{
    struct set set = { 0 };
    for (; text && *text; text++) {
        unsigned char from = (unsigned char) *text, to = from;
        if (text[1] == '-' && text[2]) {
            to = (unsigned char) text[2];
            text += 2;
        }
        for (int c = from; c <= to; c++)
            set.has[c] = true;
    }
    return set;
}

static void add_pair(struct scan *scan, int first, int second)
{
    unsigned int pair = (unsigned int) first << 8 | (unsigned int) second;
    scan->pairs[pair / 8] |= (unsigned char) (1u << (pair % 8));
}

static void add_pairs(struct scan *scan, const struct compiled *pattern)
{
    unsigned char first = (unsigned char) pattern->text[0];
    unsigned char second = (unsigned char) pattern->text[1];
    add_pair(scan, first, second);
    if (!pattern->source.any_case)
        return;
    const int firsts[] = { tolower(first), toupper(first) };
    const int seconds[] = { tolower(second), toupper(second) };
    for (int i = 0; i < 4; i++)
        add_pair(scan, firsts[i / 2], seconds[i % 2]);
}

static int compile(struct scan *scan, const struct scan_pattern *source)
{
    if (strlen(source->text) < 2 || source->kind >= KINDS)
        return -EINVAL;
    struct compiled *pattern = &scan->patterns[scan->count++];
    *pattern = (struct compiled){
        .source = *source,
        .text = mem_strdup(source->text),
        .tail = mem_strdup(source->tail ? source->tail : ""),
        .text_length = strlen(source->text),
        .tail_length = source->tail ? strlen(source->tail) : 0,
        .run = set_of(source->run),
        .before = set_of(source->not_before),
        .after = set_of(source->not_after),
    };
    if (!pattern->text || !pattern->tail)
        return -ENOMEM;
    size_t length = pattern->text_length + source->run_length + pattern->tail_length + 1;
    if (source->judge && length < SCAN_JUDGED)
        length = SCAN_JUDGED;
    if (length > scan->ahead)
        scan->ahead = length;
    scan->wheres |= source->where;
    add_pairs(scan, pattern);
    return 0;
}

static int scan_make_window(struct scan *scan)
{
    scan->window = mem_calloc(1, WINDOW + scan->ahead + MATCHER_BEHIND + MATCHER_SLACK);
    return scan->window ? 0 : -ENOMEM;
}

int scan_new(
    const struct scan_pattern patterns[], size_t count, struct matcher *matcher, struct scan **ret)
{
    _cleanup_scan_ struct scan *scan = mem_calloc(1, sizeof(*scan));
    if (!scan) {
        matcher_free(matcher);
        return -ENOMEM;
    }
    scan->matcher = matcher;
    scan->ahead = matcher ? matcher_ahead(matcher) + 1 : 2;
    scan->patterns = mem_calloc(count + 1, sizeof(*scan->patterns));
    if (!scan->patterns)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        int r = compile(scan, &patterns[i]);
        if (r < 0)
            return r;
    }
    if (scan_make_window(scan) < 0)
        return -ENOMEM;
    *ret = TAKE_PTR(scan);
    return 0;
}

int scan_new_like(const struct scan *scan, struct scan **ret)
{
    _cleanup_scan_ struct scan *like = mem_alloc(sizeof(*like));
    if (!like)
        return -ENOMEM;
    *like = *scan;
    like->is_like = true;
    if (scan_make_window(like) < 0)
        return -ENOMEM;
    *ret = TAKE_PTR(like);
    return 0;
}

void scan_free(struct scan *scan)
{
    if (!scan)
        return;
    for (size_t i = 0; !scan->is_like && i < scan->count; i++) {
        mem_free(scan->patterns[i].text);
        mem_free(scan->patterns[i].tail);
    }
    if (!scan->is_like) {
        mem_free(scan->patterns);
        matcher_free(scan->matcher);
    }
    mem_free(scan->window);
    mem_free(scan);
}

static bool equal(const unsigned char *bytes, const char *text, size_t length, bool any_case)
{
    if (!any_case)
        return memcmp(bytes, text, length) == 0;
    for (size_t i = 0; i < length; i++)
        if (tolower(bytes[i]) != tolower((unsigned char) text[i]))
            return false;
    return true;
}

/* Whether a pattern stands at a place of the window: its length, or 0. */
static size_t length_at(const struct scan *scan, const struct compiled *pattern, size_t at)
{
    const unsigned char *bytes = scan->window + at;
    const struct scan_pattern *source = &pattern->source;
    size_t left = scan->used - at, tail = pattern->text_length + source->run_length;
    size_t length = tail + pattern->tail_length;
    if (length > left || (source->at_start && scan->base + at != 0) ||
        !equal(bytes, pattern->text, pattern->text_length, source->any_case))
        return 0;
    for (size_t i = pattern->text_length; i < tail; i++)
        if (!pattern->run.has[bytes[i]])
            return 0;
    bool surrounded = (at > 0 && pattern->before.has[bytes[-1]]) ||
                      (left > length && pattern->after.has[bytes[length]]);
    if (surrounded || !equal(bytes + tail, pattern->tail, pattern->tail_length, false))
        return 0;
    return source->judge ? source->judge(bytes, left < SCAN_JUDGED ? left : SCAN_JUDGED) : length;
}

static void scan_report(struct scan *scan, unsigned int kind, size_t at, size_t length)
{
    uint64_t offset = scan->base + at;
    if (offset < scan->ends[kind])
        return;
    scan->ends[kind] = offset + length;
    const struct scan_hit hit = { kind, offset, length };
    scan->found(&hit, scan->data);
}

static void scan_judge(struct scan *scan, size_t at)
{
    for (size_t i = 0; i < scan->count; i++) {
        const struct compiled *pattern = &scan->patterns[i];
        bool counts = (pattern->source.where & scan->where) &&
                      scan->base + at >= scan->ends[pattern->source.kind];
        size_t length = counts ? length_at(scan, pattern, at) : 0;
        if (length > 0)
            scan_report(scan, pattern->source.kind, at, length);
    }
}

static bool may_begin(const struct scan *scan, size_t at)
{
    unsigned int pair = (unsigned int) scan->window[at] << 8 | scan->window[at + 1];
    return scan->pairs[pair / 8] >> (pair % 8) & 1;
}

static void scan_match(struct scan *scan, size_t at)
{
    const struct matcher_view view = { scan->window, scan->used };
    struct matcher_match match;
    size_t state = 0;
    while (matcher_next(scan->matcher, &view, at, scan->where, &state, &match))
        scan_report(scan, match.kind, match.at, match.length);
}

/* Each place from `next` on, in front of `end`, with what counts there. */
static void scan_places(struct scan *scan, size_t end, bool has_patterns, bool has_forms)
{
    for (; scan->next < end; scan->next++) {
        if (has_patterns && may_begin(scan, scan->next))
            scan_judge(scan, scan->next);
        if (has_forms)
            scan_match(scan, scan->next);
    }
}

/* Looks at each place of which all is known that counts, and forgets what is far behind it. */
static void scan_advance(struct scan *scan, size_t ahead)
{
    size_t end = scan->used >= ahead ? scan->used - ahead + 1 : 0;
    bool has_patterns = scan->wheres & scan->where;
    while (scan->matcher && scan->next < end) {
        size_t candidate = matcher_skip(scan->matcher, scan->window, scan->next, end);
        size_t behind = candidate + MATCHER_STEP;
        if (has_patterns)
            scan_places(scan, candidate, true, false);
        scan->next = candidate;
        scan_places(scan, behind < end ? behind : end, has_patterns, true);
    }
    scan_places(scan, end, has_patterns, false);
    size_t gone = scan->next > MATCHER_BEHIND ? scan->next - MATCHER_BEHIND : 0;
    memmove(scan->window, scan->window + gone, scan->used - gone);
    scan->used -= gone;
    scan->next -= gone;
    scan->base += gone;
}

void scan_start(
    struct scan *scan, unsigned int where, uint64_t offset, scan_found found, void *data)
{
    scan->used = scan->next = 0;
    memset(scan->ends, 0, sizeof(scan->ends));
    scan->base = offset;
    scan->where = where;
    scan->found = found;
    scan->data = data;
}

void *scan_room(struct scan *scan, size_t *ret_size)
{
    *ret_size = WINDOW + scan->ahead + MATCHER_BEHIND - scan->used;
    return scan->window + scan->used;
}

void scan_filled(struct scan *scan, size_t size)
{
    scan->used += size;
    scan_advance(scan, scan->ahead);
}

void scan_feed(struct scan *scan, const void *bytes, size_t size)
{
    const unsigned char *from = bytes;
    while (size > 0) {
        size_t room = 0;
        void *to = scan_room(scan, &room);
        size_t part = size < room ? size : room;
        memcpy(to, from, part);
        from += part;
        size -= part;
        scan_filled(scan, part);
    }
}

void scan_end(struct scan *scan)
{
    memset(scan->window + scan->used, 0, MATCHER_SLACK);
    scan_advance(scan, 1);
    scan->used = scan->next = 0;
}
