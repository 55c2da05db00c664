/* SPDX-License-Identifier: MIT */
/* Diffs, held against what patch(1) makes of them: the old text becomes the new one, and the new
 * one the old one. The input is two texts with a line "%%" between them. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "lib/diff.h"
#include "lib/lines.h"

struct patch {
    const struct buffer *from;
    struct line from_line; /* the last that was used */
    size_t from_number;    /* how many were */
    bool has_from;
    struct buffer to;
    char take, give; /* the marks of lines that only one of the texts has */
};

static bool next_from(struct patch *patch, struct line *ret)
{
    if (!line_next(patch->from, &patch->from_line))
        return false;
    patch->from_number++;
    *ret = patch->from_line;
    return true;
}

/* "@@ -1,3 +1,4 @@": where it begins in the text that is patched, and how many lines it has. */
static void hunk_begins(struct patch *patch, const struct line *line, bool reverse)
{
    unsigned long start[2], count[2];
    _cleanup_mem_ char *text = mem_strndup(line->text, line->length);
    FUZZ_CHECK(text && sscanf(text, "@@ -%lu,%lu +%lu,%lu @@", &start[0], &count[0], &start[1],
                           &count[1]) == 4);
    size_t first = start[reverse] - (count[reverse] > 0);
    FUZZ_CHECK(start[reverse] >= (count[reverse] > 0) && first >= patch->from_number);
    struct line unchanged;
    while (patch->from_number < first) {
        FUZZ_CHECK(next_from(patch, &unchanged));
        FUZZ_CHECK(line_append(&unchanged, &patch->to) == 0);
    }
}

static void apply_line(struct patch *patch, char mark, const struct line *text)
{
    struct line there;
    FUZZ_CHECK(mark == ' ' || mark == '-' || mark == '+');
    if (mark != patch->give) {
        FUZZ_CHECK(next_from(patch, &there));
        FUZZ_CHECK(there.length == text->length && there.has_newline == text->has_newline &&
                   memcmp(there.text, text->text, text->length) == 0);
    }
    if (mark != patch->take)
        FUZZ_CHECK(line_append(text, &patch->to) == 0);
}

static void apply(
    const struct buffer *diff, const struct buffer *from, const struct buffer *to, bool reverse)
{
    struct patch patch = { .from = from, .take = reverse ? '+' : '-', .give = reverse ? '-' : '+' };
    size_t number = 0;
    for (struct line line = { 0 }, next = { 0 }; line_next(diff, &line);) {
        next = line;
        bool cut = line_next(diff, &next) && *next.text == '\\';
        struct line text = { line.text + 1, line.length - 1, !cut };
        if (number++ < 2 || *line.text == '\\')
            continue; /* the names, or what was seen with the line before */
        if (*line.text == '@') {
            hunk_begins(&patch, &line, reverse);
            continue;
        }
        apply_line(&patch, *line.text, &text);
    }
    for (struct line rest; next_from(&patch, &rest);)
        FUZZ_CHECK(line_append(&rest, &patch.to) == 0);
    FUZZ_CHECK(buffer_equal(&patch.to, to));
    buffer_free(&patch.to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    _cleanup_buffer_ struct buffer from = fuzz_part(&input), to = fuzz_rest(&input), diff = { 0 };
    FUZZ_CHECK(diff_unified("a", &from, "a", &to, &diff) == 0);
    FUZZ_CHECK((diff.size == 0) == buffer_equal(&from, &to));
    if (diff.size == 0)
        return 0;
    apply(&diff, &from, &to, false);
    apply(&diff, &to, &from, true);
    return 0;
}
