/* SPDX-License-Identifier: MIT */
/* The longest common subsequence of lines, by the textbook table; what both ends share is cut off
 * first, so that the table is as small as the change. Where it would be large, lines that are there
 * once in each text, and in the same order, stay first (the longest such chain: "patience"), and
 * tables are made between two of them, as long as all together stay in proportion to the texts. */

#include "lib/diff.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "lib/hash_index.h"
#include "lib/lines.h"
#include "lib/memory.h"

static const size_t context = 3;

enum { CELLS_MIN = 1024, CELLS_PER_LINE = 32 };

/* A line; lines that are equal have the same number. */
struct diff_line {
    struct line line;
    size_t number;
};

struct lines {
    struct diff_line *items;
    size_t count;
};

/* What is known of the lines of a number. */
struct diff_kind {
    const struct line *line;
    size_t in_old, in_new; /* how many there are */
    size_t at_old;         /* where the last of them is */
};

/* One line of the diff: in the old text, in the new one, or in both. */
struct diff_edit {
    char mark; /* ' ', '-' or '+' */
    struct line line;
};

struct script {
    struct diff_edit *items;
    size_t count;
};

/* A comparison. */
struct diff {
    struct lines old, new;
    struct diff_kind *kinds;
    size_t kind_count;
    size_t cells; /* that the tables may still have */
    struct script script;
};

static void diff_free(struct diff *diff)
{
    mem_free(diff->old.items);
    mem_free(diff->new.items);
    mem_free(diff->kinds);
    mem_free(diff->script.items);
}

#define _cleanup_diff_ _cleanup_(diff_free)

static int diff_split(const struct buffer *text, struct lines *ret)
{
    size_t count = 0;
    for (struct line line = { 0 }; line_next(text, &line);)
        count++;
    ret->items = mem_calloc(count + 1, sizeof(*ret->items));
    if (!ret->items)
        return -ENOMEM;
    for (struct line line = { 0 }; line_next(text, &line);)
        ret->items[ret->count++].line = line;
    return 0;
}

static bool same_line(const struct line *a, const struct line *b)
{
    return a->length == b->length && a->has_newline == b->has_newline &&
           memcmp(a->text, b->text, a->length) == 0;
}

static bool same(const struct diff_line *a, const struct diff_line *b)
{
    return a->number == b->number;
}

/* Gives a line its number. 0 or -ENOMEM. */
static int diff_count(struct diff *diff, struct diff_line *line, struct hash_index *index)
{
    uint64_t hash = hash_bytes(line->line.text, line->line.length);
    for (size_t slot = HASH_BEGIN, i; hash_index_next(index, hash, &slot, &i);)
        if (same_line(diff->kinds[i].line, &line->line)) {
            line->number = i;
            return 0;
        }
    line->number = diff->kind_count;
    diff->kinds[diff->kind_count++].line = &line->line;
    return hash_index_add(index, hash, line->number);
}

static int diff_number(struct diff *diff)
{
    struct hash_index index = { 0 };
    struct lines *const texts[] = { &diff->old, &diff->new };
    int r = 0;
    diff->kinds = mem_calloc(diff->old.count + diff->new.count + 1, sizeof(*diff->kinds));
    if (!diff->kinds)
        return -ENOMEM;
    for (size_t t = 0; t < 2; t++)
        for (size_t i = 0; r == 0 && i < texts[t]->count; i++)
            r = diff_count(diff, &texts[t]->items[i], &index);
    hash_index_free(&index);
    return r;
}

static void diff_put(struct script *script, char mark, const struct diff_line *line)
{
    script->items[script->count++] = (struct diff_edit){ mark, line->line };
}

/* Parts of both texts. */
struct diff_range {
    const struct diff_line *a, *b;
    size_t n, m;
};

/* Writes the edits that lead from a to b, `table` being the lengths of the common subsequences of
 * their ends; NULL when that would be too large: then all of a goes and all of b comes. */
static void walk(const struct diff_range *range, const uint32_t *table, struct script *script)
{
    const struct diff_line *a = range->a, *b = range->b;
    size_t i = 0, j = 0, n = range->n, m = range->m;
    while (i < n || j < m) {
        if (table && i < n && j < m && same(&a[i], &b[j])) {
            diff_put(script, ' ', &a[i]);
            i++;
            j++;
        } else if (i < n &&
                   (!table || j == m || table[(i + 1) * (m + 1) + j] >= table[i * (m + 1) + j + 1]))
            diff_put(script, '-', &a[i++]);
        else
            diff_put(script, '+', &b[j++]);
    }
}

/* Whether the tables may have as many cells. */
static bool diff_fits(const struct diff *diff, const struct diff_range *range)
{
    return range->n + 1 <= diff->cells / (range->m + 1);
}

/* Writes the edits of a part that no chain goes through. */
static int compare_middle(struct diff *diff, const struct diff_range *range)
{
    const struct diff_line *a = range->a, *b = range->b;
    size_t n = range->n, m = range->m;
    if (!diff_fits(diff, range)) {
        walk(range, NULL, &diff->script);
        return 0;
    }
    diff->cells -= (n + 1) * (m + 1);
    uint32_t *table = mem_calloc((n + 1) * (m + 1), sizeof(*table));
    if (!table)
        return -ENOMEM;
    for (size_t i = n; i-- > 0;)
        for (size_t j = m; j-- > 0;) {
            uint32_t down = table[(i + 1) * (m + 1) + j], right = table[i * (m + 1) + j + 1];
            table[i * (m + 1) + j] = same(&a[i], &b[j]) ? table[(i + 1) * (m + 1) + j + 1] + 1
                                     : down > right     ? down
                                                        : right;
        }
    walk(range, table, &diff->script);
    mem_free(table);
    return 0;
}

/* Cuts off what both ends share. Returns how many lines that are at the beginning. */
static size_t diff_cut(struct diff_range *range)
{
    size_t head = 0;
    for (; range->n > 0 && range->m > 0 && same(range->a, range->b); head++)
        *range = (struct diff_range){ range->a + 1, range->b + 1, range->n - 1, range->m - 1 };
    while (range->n > 0 && range->m > 0 && same(&range->a[range->n - 1], &range->b[range->m - 1])) {
        range->n--;
        range->m--;
    }
    return head;
}

/* Likewise, with what both ends share. */
static int compare_part(struct diff *diff, const struct diff_range *part)
{
    struct diff_range middle = *part;
    size_t head = diff_cut(&middle);
    for (size_t i = 0; i < head; i++)
        diff_put(&diff->script, ' ', &part->a[i]);
    int r = compare_middle(diff, &middle);
    for (size_t i = head + middle.n; r == 0 && i < part->n; i++)
        diff_put(&diff->script, ' ', &part->a[i]);
    return r;
}

/* Where in the old text the only line of that number is; the number of its lines, if it is not
 * there once in each text. */
static size_t diff_only_at(const struct diff *diff, const struct diff_line *line)
{
    const struct diff_kind *kind = &diff->kinds[line->number];
    return kind->in_old == 1 && kind->in_new == 1 ? kind->at_old : diff->old.count;
}

/* The links of chains of lines that are there once: in the new text, each with the one before. */
struct chain {
    size_t *ends; /* where the chains of each length end that do so first in the old text */
    size_t *before;
    size_t length;
};

/* Puts a line of the new text at the end of the longest chain that it can go on with. */
static void chain_add(const struct diff *diff, struct chain *chain, size_t j)
{
    size_t at = diff_only_at(diff, &diff->new.items[j]), low = 0, high = chain->length;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (diff_only_at(diff, &diff->new.items[chain->ends[middle]]) < at)
            low = middle + 1;
        else
            high = middle;
    }
    chain->before[j] = low > 0 ? chain->ends[low - 1] : SIZE_MAX;
    chain->ends[low] = j;
    chain->length += low == chain->length;
}

static void count_lines(struct diff *diff)
{
    for (size_t i = 0; i < diff->old.count; i++) {
        struct diff_kind *kind = &diff->kinds[diff->old.items[i].number];
        kind->in_old++;
        kind->at_old = i;
    }
    for (size_t j = 0; j < diff->new.count; j++)
        diff->kinds[diff->new.items[j].number].in_new++;
}

/* Leaves in `ends` the links of the longest chain, in order. */
static void chain_find(struct diff *diff, struct chain *chain)
{
    count_lines(diff);
    for (size_t j = 0; j < diff->new.count; j++)
        if (diff_only_at(diff, &diff->new.items[j]) < diff->old.count)
            chain_add(diff, chain, j);
    size_t link = chain->length > 0 ? chain->ends[chain->length - 1] : 0;
    for (size_t i = chain->length; i-- > 0; link = chain->before[link])
        chain->ends[i] = link;
}

/* Writes the edits from link to link. */
static int compare_along(struct diff *diff, const struct chain *chain)
{
    const struct lines *old = &diff->old, *new = &diff->new;
    size_t i = 0, j = 0;
    int r = 0;
    for (size_t link = 0; r == 0 && link <= chain->length; link++) {
        bool is_last = link == chain->length;
        size_t to_j = is_last ? new->count : chain->ends[link];
        size_t to_i = is_last ? old->count : diff_only_at(diff, &new->items[to_j]);
        r = compare_part(
            diff, &(struct diff_range){ old->items + i, new->items + j, to_i - i, to_j - j });
        if (r == 0 && !is_last)
            diff_put(&diff->script, ' ', &old->items[to_i]);
        i = to_i + 1;
        j = to_j + 1;
    }
    return r;
}

static int diff_compare(struct diff *diff)
{
    size_t lines = diff->old.count + diff->new.count;
    struct chain chain = { .ends = mem_calloc(diff->new.count + 1, sizeof(*chain.ends)),
        .before = mem_calloc(diff->new.count + 1, sizeof(*chain.before)) };
    diff->script.items = mem_calloc(lines + 1, sizeof(*diff->script.items));
    diff->cells = CELLS_MIN + CELLS_PER_LINE * lines;
    int r = chain.ends && chain.before && diff->script.items ? diff_number(diff) : -ENOMEM;
    struct diff_range all = { diff->old.items, diff->new.items, diff->old.count, diff->new.count };
    if (r == 0) {
        (void) diff_cut(&all);
        if (!diff_fits(diff, &all))
            chain_find(diff, &chain);
        r = compare_along(diff, &chain);
    }
    mem_free(chain.ends);
    mem_free(chain.before);
    return r;
}

/* The end of the hunk that begins at `start`: behind the context of its last change. */
static size_t hunk_end(const struct script *script, size_t start)
{
    size_t last = start;
    for (size_t i = start; i < script->count && i <= last + 2 * context + 1; i++)
        if (script->items[i].mark != ' ')
            last = i;
    return last + context + 1 < script->count ? last + context + 1 : script->count;
}

static int write_hunk(
    const struct script *script, size_t start, size_t end, size_t a, size_t b, struct buffer *ret)
{
    size_t n = 0, m = 0;
    for (size_t i = start; i < end; i++) {
        n += script->items[i].mark != '+';
        m += script->items[i].mark != '-';
    }
    /* An empty range is named by the line before it. */
    int r =
        buffer_printf(ret, "@@ -%zu,%zu +%zu,%zu @@\n", n > 0 ? a + 1 : a, n, m > 0 ? b + 1 : b, m);
    for (size_t i = start; r == 0 && i < end; i++) {
        const struct line *line = &script->items[i].line;
        r = buffer_append(ret, &script->items[i].mark, 1);
        if (r == 0)
            r = line_append(line, ret);
        if (r == 0 && !line->has_newline)
            r = buffer_append_text(ret, "\n\\ No newline at end of file\n");
    }
    return r;
}

static int write_hunks(const struct script *script, struct buffer *ret)
{
    size_t a = 0, b = 0, i = 0; /* lines of the old and the new text before edit i */
    while (i < script->count) {
        size_t change = i;
        while (change < script->count && script->items[change].mark == ' ')
            change++;
        if (change == script->count)
            return 0;
        size_t start = change - i > context ? change - context : i;
        size_t end = hunk_end(script, change);
        a += start - i;
        b += start - i;
        int r = write_hunk(script, start, end, a, b, ret);
        if (r < 0)
            return r;
        for (i = start; i < end; i++) {
            a += script->items[i].mark != '+';
            b += script->items[i].mark != '-';
        }
    }
    return 0;
}

int diff_unified(const char *old_name, const struct buffer *old_text, const char *new_name,
    const struct buffer *new_text, struct buffer *ret)
{
    if (buffer_equal(old_text, new_text) && strcmp(old_name, new_name) == 0)
        return 0;
    _cleanup_diff_ struct diff diff = { 0 };
    int r = diff_split(old_text, &diff.old);
    if (r == 0)
        r = diff_split(new_text, &diff.new);
    if (r == 0)
        r = diff_compare(&diff);
    if (r == 0)
        r = buffer_printf(ret, "--- %s\n+++ %s\n", old_name, new_name);
    return r < 0 ? r : write_hunks(&diff.script, ret);
}
