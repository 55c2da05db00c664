/* The longest common subsequence of lines, by the textbook table; what both ends share is cut off
 * first, so that the table is as small as the change. */

#include "lib/diff.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "lib/lines.h"
#include "lib/memory.h"

static const size_t context = 3;
static const size_t table_max = (size_t) 4 * 1024 * 1024; /* cells */

struct lines {
    struct line *items;
    size_t count;
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

static int diff_split(const struct buffer *text, struct lines *ret)
{
    size_t count = 0;
    for (struct line line = { 0 }; line_next(text, &line);)
        count++;
    ret->items = mem_calloc(count + 1, sizeof(*ret->items));
    if (!ret->items)
        return -ENOMEM;
    for (struct line line = { 0 }; line_next(text, &line);)
        ret->items[ret->count++] = line;
    return 0;
}

static bool same(const struct line *a, const struct line *b)
{
    return a->length == b->length && a->has_newline == b->has_newline &&
           memcmp(a->text, b->text, a->length) == 0;
}

static void diff_put(struct script *script, char mark, const struct line *line)
{
    script->items[script->count++] = (struct diff_edit){ mark, *line };
}

/* Writes the edits that lead from a to b, `table` being the lengths of the common subsequences of
 * their ends; NULL when that would be too large: then all of a goes and all of b comes. */
static void walk(const struct line *a, size_t n, const struct line *b, size_t m,
    const uint32_t *table, struct script *script)
{
    size_t i = 0, j = 0;
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

static int compare_middle(
    const struct line *a, size_t n, const struct line *b, size_t m, struct script *script)
{
    if ((n + 1) > table_max / (m + 1)) {
        walk(a, n, b, m, NULL, script);
        return 0;
    }
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
    walk(a, n, b, m, table, script);
    mem_free(table);
    return 0;
}

static int diff_compare(const struct lines *a, const struct lines *b, struct script *script)
{
    size_t head = 0, tail = 0, shorter = a->count < b->count ? a->count : b->count;
    while (head < shorter && same(&a->items[head], &b->items[head]))
        head++;
    while (tail < shorter - head &&
           same(&a->items[a->count - 1 - tail], &b->items[b->count - 1 - tail]))
        tail++;
    for (size_t i = 0; i < head; i++)
        diff_put(script, ' ', &a->items[i]);
    int r = compare_middle(
        a->items + head, a->count - head - tail, b->items + head, b->count - head - tail, script);
    for (size_t i = a->count - tail; r == 0 && i < a->count; i++)
        diff_put(script, ' ', &a->items[i]);
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
    struct lines a = { 0 }, b = { 0 };
    struct script script = { 0 };
    int r = diff_split(old_text, &a);
    if (r == 0)
        r = diff_split(new_text, &b);
    if (r == 0) {
        script.items = mem_calloc(a.count + b.count + 1, sizeof(*script.items));
        r = script.items ? diff_compare(&a, &b, &script) : -ENOMEM;
    }
    if (r == 0)
        r = buffer_printf(ret, "--- %s\n+++ %s\n", old_name, new_name);
    if (r == 0)
        r = write_hunks(&script, ret);
    mem_free(a.items);
    mem_free(b.items);
    mem_free(script.items);
    return r;
}
