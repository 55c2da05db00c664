/* SPDX-License-Identifier: MIT */
/* A form in a text: which of the ways of a character stands there nobody knows before, and one can
 * be the beginning of another, so all places that a form can have come to are kept. */

#include "seal/form_match.h"

#include <string.h>

enum { POSITIONS_MAX = 24 };

const char *const form_line_ends[FORM_LINE_ENDS] = { "\n", "\r\n", "\\\n", "=\n", "\\n", "\\r\\n" };

/* Behind a line end and blanks; at itself where there is none. */
static size_t skip_fold(const struct matcher_view *view, size_t at)
{
    size_t end = at;
    if (at == view->size || !strchr("\n\r\\=", view->bytes[at]))
        return at;
    for (size_t i = 0; i < FORM_LINE_ENDS && end == at; i++) {
        size_t length = strlen(form_line_ends[i]);
        if (length <= view->size - at && memcmp(view->bytes + at, form_line_ends[i], length) == 0)
            end = at + length;
    }
    while (end > at && end < view->size && end - at < FORM_FOLD_MAX &&
           (view->bytes[end] == ' ' || view->bytes[end] == '\t'))
        end++;
    return end;
}

/* Where in the text a form can have come to. */
struct positions {
    size_t items[POSITIONS_MAX];
    size_t count;
};

static void positions_add(struct positions *positions, size_t position)
{
    for (size_t i = 0; i < positions->count; i++)
        if (positions->items[i] == position)
            return;
    if (positions->count < POSITIONS_MAX)
        positions->items[positions->count++] = position;
}

static void match_unit(const struct forms *forms, const struct form_unit *unit,
    const struct matcher_view *view, size_t at, struct positions *ret)
{
    const unsigned char *bytes = view->bytes + at;
    size_t left = view->size - at;
    for (uint32_t i = 0; i < unit->ways; i++) {
        const struct form_way *way = &forms->ways[unit->first_way + i];
        if (way->first == bytes[0] && way->length <= left &&
            memcmp(bytes, forms->bytes.data + way->offset, way->length) == 0)
            positions_add(ret, at + way->length);
    }
}

/* The same behind a line end, which may be a blank's. */
static void match_folded(const struct forms *forms, const struct form_unit *unit,
    const struct matcher_view *view, size_t at, struct positions *ret)
{
    size_t behind = skip_fold(view, at);
    if (behind == at)
        return;
    if (unit->is_blank)
        positions_add(ret, behind);
    match_unit(forms, unit, view, behind, ret);
}

/* From unit to unit, in all ways at once. */
bool form_match(const struct forms *forms, const struct form *form, uint32_t from,
    const struct matcher_view *view, size_t at, size_t *ret)
{
    struct positions now = { { at }, 1 };
    for (uint32_t u = from; u < form->units; u++) {
        const struct form_unit *unit = &forms->units[form->first_unit + u];
        struct positions next = { .count = 0 };
        for (size_t i = 0; i < now.count; i++) {
            match_unit(forms, unit, view, now.items[i], &next);
            if (form->folds && u > from)
                match_folded(forms, unit, view, now.items[i], &next);
        }
        if (next.count == 0)
            return false;
        now = next;
    }
    *ret = now.items[0];
    return true;
}
