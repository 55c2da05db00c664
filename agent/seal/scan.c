/* A window slides over the bytes. Two bytes in a row say whether any pattern can begin there, which
 * is nearly never; so the number of patterns hardly counts. Hits of one kind do not overlap: the
 * first counts. */

#include "seal/scan.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/memory.h"

enum { KINDS = 64, WINDOW = 65536, PAIRS = 65536 /* of two bytes */ };

struct set {
    bool has[256];
};

struct compiled {
    struct search_pattern source; /* its sets are not kept */
    char *text;
    char *tail;
    size_t text_length, tail_length;
    struct set run, before, after;
};

struct search {
    struct compiled *patterns;
    size_t count;
    size_t ahead; /* a pattern ends before this many bytes, with the one behind it */
    unsigned char pairs[PAIRS / 8];

    unsigned char *window;
    size_t used;
    size_t next;   /* the first byte where a pattern may begin */
    uint64_t base; /* the offset of the window's first byte */
    unsigned int where;
    search_found found;
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

static void add_pair(struct search *search, int first, int second)
{
    unsigned int pair = (unsigned int) first << 8 | (unsigned int) second;
    search->pairs[pair / 8] |= (unsigned char) (1u << (pair % 8));
}

static void add_pairs(struct search *search, const struct compiled *pattern)
{
    unsigned char first = (unsigned char) pattern->text[0];
    unsigned char second = (unsigned char) pattern->text[1];
    add_pair(search, first, second);
    if (!pattern->source.any_case)
        return;
    const int firsts[] = { tolower(first), toupper(first) };
    const int seconds[] = { tolower(second), toupper(second) };
    for (int i = 0; i < 4; i++)
        add_pair(search, firsts[i / 2], seconds[i % 2]);
}

static int compile(struct search *search, const struct search_pattern *source)
{
    if (strlen(source->text) < 2 || source->kind >= KINDS)
        return -EINVAL;
    struct compiled *pattern = &search->patterns[search->count++];
    *pattern = (struct compiled){
        .source = *source,
        .text = secret_strdup(source->text),
        .tail = secret_strdup(source->tail ? source->tail : ""),
        .text_length = strlen(source->text),
        .tail_length = source->tail ? strlen(source->tail) : 0,
        .run = set_of(source->run),
        .before = set_of(source->not_before),
        .after = set_of(source->not_after),
    };
    if (!pattern->text || !pattern->tail)
        return -ENOMEM;
    size_t length = pattern->text_length + source->run_length + pattern->tail_length + 1;
    if (length > search->ahead)
        search->ahead = length;
    add_pairs(search, pattern);
    return 0;
}

int search_new(const struct search_pattern patterns[], size_t count, struct search **ret)
{
    _cleanup_search_ struct search *search = secret_calloc(1, sizeof(*search));
    if (!search)
        return -ENOMEM;
    search->patterns = secret_calloc(count + 1, sizeof(*search->patterns));
    if (!search->patterns)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        int r = compile(search, &patterns[i]);
        if (r < 0)
            return r;
    }
    search->window = secret_malloc(WINDOW + search->ahead + 1);
    if (!search->window)
        return -ENOMEM;
    *ret = TAKE_PTR(search);
    return 0;
}

void search_free(struct search *search)
{
    if (!search)
        return;
    for (size_t i = 0; i < search->count; i++) {
        secret_free(search->patterns[i].text);
        secret_free(search->patterns[i].tail);
    }
    secret_free(search->patterns);
    secret_free(search->window);
    secret_free(search);
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
static size_t length_at(const struct search *search, const struct compiled *pattern, size_t at)
{
    const unsigned char *bytes = search->window + at;
    const struct search_pattern *source = &pattern->source;
    size_t left = search->used - at, tail = pattern->text_length + source->run_length;
    size_t length = tail + pattern->tail_length;
    if (length > left || (source->at_start && search->base + at != 0) ||
        !equal(bytes, pattern->text, pattern->text_length, source->any_case))
        return 0;
    for (size_t i = pattern->text_length; i < tail; i++)
        if (!pattern->run.has[bytes[i]])
            return 0;
    bool surrounded = (at > 0 && pattern->before.has[bytes[-1]]) ||
                      (left > length && pattern->after.has[bytes[length]]);
    return !surrounded && equal(bytes + tail, pattern->tail, pattern->tail_length, false) ? length
                                                                                          : 0;
}

static void judge(struct search *search, size_t at)
{
    uint64_t offset = search->base + at;
    for (size_t i = 0; i < search->count; i++) {
        const struct compiled *pattern = &search->patterns[i];
        uint64_t *end = &search->ends[pattern->source.kind];
        size_t length = (pattern->source.where & search->where) && offset >= *end
                            ? length_at(search, pattern, at)
                            : 0;
        if (length == 0)
            continue;
        *end = offset + length;
        const struct search_hit hit = { pattern->source.kind, offset, length };
        search->found(&hit, search->data);
    }
}

static bool may_begin(const struct search *search, size_t at)
{
    unsigned int pair = (unsigned int) search->window[at] << 8 | search->window[at + 1];
    return search->pairs[pair / 8] >> (pair % 8) & 1;
}

/* Looks at each place of which all is known that counts, and forgets what is behind it. */
static void look(struct search *search, size_t ahead)
{
    for (; search->next + ahead <= search->used; search->next++)
        if (may_begin(search, search->next))
            judge(search, search->next);
    size_t gone = search->next > 0 ? search->next - 1 : 0; /* one byte stands in front */
    memmove(search->window, search->window + gone, search->used - gone);
    search->used -= gone;
    search->next -= gone;
    search->base += gone;
}

void search_start(
    struct search *search, unsigned int where, uint64_t offset, search_found found, void *data)
{
    search->used = search->next = 0;
    memset(search->ends, 0, sizeof(search->ends));
    search->base = offset;
    search->where = where;
    search->found = found;
    search->data = data;
}

void search_feed(struct search *search, const void *bytes, size_t size)
{
    const unsigned char *from = bytes;
    while (size > 0) {
        size_t room = WINDOW + search->ahead - search->used, part = size < room ? size : room;
        memcpy(search->window + search->used, from, part);
        search->used += part;
        from += part;
        size -= part;
        look(search, search->ahead > 2 ? search->ahead : 2);
    }
}

void search_end(struct search *search)
{
    look(search, 2);
    search->used = search->next = 0;
}
