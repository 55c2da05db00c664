/* SPDX-License-Identifier: MIT */
/* The forms of a text, held against a search that tries each form at each byte, in all ways. The
 * input is a text, a line; what says which form is written how, a line; and bytes to stand around
 * it. What was written is found, however the bytes come; and what was not is not. */

#include <ctype.h>
#include <string.h>

#include "fuzz.h"
#include "seal/scan.h"

enum { KIND = 7, WHERE = 2, TEXT_MAX = 24, AROUND_MAX = 600 };

static void note(const struct scan_hit *hit, void *data)
{
    FUZZ_CHECK(hit->kind == KIND && hit->length > 0);
    ++*(size_t *) data;
}

static size_t naive_fold(const struct buffer *bytes, size_t at)
{
    static const char *const ends[] = { "\n", "\r\n", "\\\n", "=\n", "\\n", "\\r\\n" };
    for (size_t i = 0; i < 6; i++) {
        size_t length = strlen(ends[i]), end = at + length;
        if (end > bytes->size || memcmp(bytes->data + at, ends[i], length) != 0)
            continue;
        while (end < bytes->size && end < at + 72 &&
               (bytes->data[end] == ' ' || bytes->data[end] == '\t'))
            end++;
        return end;
    }
    return at;
}

static bool naive_match(const struct forms *forms, const struct form *form, uint32_t unit,
    const struct buffer *bytes, size_t at);

static bool naive_unit(const struct forms *forms, const struct form *form, uint32_t unit,
    const struct buffer *bytes, size_t at)
{
    const struct form_unit *of = &forms->units[form->first_unit + unit];
    for (uint32_t i = 0; i < of->ways; i++) {
        const struct form_way *way = &forms->ways[of->first_way + i];
        if (at + way->length <= bytes->size &&
            memcmp(bytes->data + at, forms->bytes.data + way->offset, way->length) == 0 &&
            naive_match(forms, form, unit + 1, bytes, at + way->length))
            return true;
    }
    return false;
}

static bool naive_match(const struct forms *forms, const struct form *form, uint32_t unit,
    const struct buffer *bytes, size_t at)
{
    if (unit == form->units)
        return true;
    size_t behind = form->folds && unit > 0 ? naive_fold(bytes, at) : at;
    bool is_blank = forms->units[form->first_unit + unit].is_blank;
    return naive_unit(forms, form, unit, bytes, at) ||
           (behind > at && (naive_unit(forms, form, unit, bytes, behind) ||
                               (is_blank && naive_match(forms, form, unit + 1, bytes, behind))));
}

static bool naive_search(const struct forms *forms, const struct buffer *bytes)
{
    for (size_t at = 0; at < bytes->size; at++)
        for (size_t i = 0; i < forms->count; i++)
            if (naive_match(forms, &forms->items[i], 0, bytes, at))
                return true;
    return false;
}

/* Writes a form, each unit in a way of the choices' choosing. */
static void write_form(const struct forms *forms, struct fuzz_input *choices, struct buffer *ret)
{
    const struct form *form = &forms->items[fuzz_choice(choices, forms->count)];
    uint32_t folded = (uint32_t) fuzz_choice(choices, 32);
    for (uint32_t u = 0; u < form->units; u++) {
        const struct form_unit *unit = &forms->units[form->first_unit + u];
        const struct form_way *way =
            &forms->ways[unit->first_way + fuzz_choice(choices, unit->ways)];
        if (form->folds && u > 0 && u == folded)
            FUZZ_CHECK(buffer_append_text(ret, fuzz_choice(choices, 2) ? "\n      " : "\\\n") == 0);
        FUZZ_CHECK(buffer_append(ret, forms->bytes.data + way->offset, way->length) == 0);
    }
}

static size_t count_hits(struct scan *scan, const struct buffer *bytes, size_t piece)
{
    size_t hits = 0;
    scan_start(scan, WHERE, 0, note, &hits);
    for (size_t at = 0; at < bytes->size; at += piece) {
        size_t left = bytes->size - at;
        scan_feed(scan, bytes->data + at, left < piece ? left : piece);
    }
    scan_end(scan);
    return hits;
}

static void check_search(const char *text, struct fuzz_input *choices, const struct buffer *around)
{
    _cleanup_forms_ struct forms forms = { 0 }, taken = { 0 };
    _cleanup_scan_ struct scan *scan = NULL;
    _cleanup_buffer_ struct buffer bytes = { 0 };
    const struct form_source source = { .kind = KIND, .where = WHERE, .text = text };
    struct matcher *matcher = NULL;
    FUZZ_CHECK(forms_add(&forms, &source) == 0 && forms_add(&taken, &source) == 0);
    FUZZ_CHECK(matcher_new(&taken, &matcher) == 0 && scan_new(NULL, 0, matcher, &scan) == 0);
    size_t piece = 1 + fuzz_choice(choices, 64);
    FUZZ_CHECK((count_hits(scan, around, piece) > 0) == naive_search(&forms, around));
    if (forms.count == 0)
        return;
    size_t front = around->size / 2;
    FUZZ_CHECK(buffer_append(&bytes, around->data, front) == 0);
    write_form(&forms, choices, &bytes);
    FUZZ_CHECK(buffer_append(&bytes, around->data + front, around->size - front) == 0);
    FUZZ_CHECK(naive_search(&forms, &bytes) && count_hits(scan, &bytes, piece) > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    _cleanup_mem_ char *text = fuzz_line(&input), *line = fuzz_line(&input);
    _cleanup_buffer_ struct buffer around = fuzz_rest(&input);
    struct fuzz_input choices = { line, strlen(line) };
    if (strlen(text) > TEXT_MAX || around.size > AROUND_MAX)
        return 0;
    check_search(text, &choices, &around);
    return 0;
}
