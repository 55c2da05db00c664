/* SPDX-License-Identifier: MIT */
/* Every third byte begins three that are looked up in a small table: nearly all bytes of a tree go
 * by with that. For it the table has the first, second and third three bytes of everything that a
 * form can begin with. Where they are in the table the form is tried, character by character. */

#include "seal/matcher.h"

#include <ctype.h>
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "lib/memory.h"

enum {
    GRAM = 3, /* bytes */
    PREFIX = GRAM + MATCHER_STEP - 1,
    FILTER_BITS = 18,
    HEAD_BITS = 12,
    FOLDED_UNITS = 2, /* so few in front of a line end have no place in the table */
};

_Static_assert((int) GRAM == (int) MATCHER_STEP, "each place is looked at");

/* Three bytes that a form can begin with. Or, when it is folded behind its first units: a byte as
 * at the end of a line end, and two that the rest can begin with. */
struct beginning {
    uint32_t gram;
    uint32_t form;
    uint32_t skipped; /* units */
    uint32_t next;    /* from 1 */
};

struct matcher {
    struct forms forms;
    uint64_t filter[1 << (FILTER_BITS - 6)];
    uint32_t heads[1 << HEAD_BITS];
    struct beginning *beginnings;
    size_t count;
    size_t ahead;
};

static uint32_t four_bytes(const unsigned char *bytes)
{
    uint32_t four;
    memcpy(&four, bytes, sizeof(four)); /* one load, for speed */
    return le32toh(four);
}

static uint32_t gram_of(const unsigned char *bytes)
{
    return four_bytes(bytes) & 0xffffff;
}

/* Of the lower three bytes; what is in the fourth one falls out. The upper bits are the good ones.
 */
static uint32_t gram_hash(uint32_t four)
{
    return four * (UINT32_C(0x9e3779b1) << 8);
}

static void filter_add(struct matcher *matcher, const unsigned char *bytes)
{
    uint32_t bit = gram_hash(gram_of(bytes)) >> (32 - FILTER_BITS);
    matcher->filter[bit / 64] |= UINT64_C(1) << (bit % 64);
}

static uint64_t filter_has(const struct matcher *matcher, const unsigned char *bytes)
{
    uint32_t bit = gram_hash(four_bytes(bytes)) >> (32 - FILTER_BITS);
    return matcher->filter[bit / 64] >> (bit % 64);
}

size_t matcher_skip(
    const struct matcher *matcher, const unsigned char *bytes, size_t at, size_t end)
{
    const size_t step = MATCHER_STEP, together = 4;
    const unsigned char *last = bytes + MATCHER_STEP - 1; /* of a prefix, its last three */
    for (; at + together * step <= end; at += together * step) {
        const unsigned char *p = last + at;
        uint64_t any = filter_has(matcher, p) | filter_has(matcher, p + step) |
                       filter_has(matcher, p + 2 * step) | filter_has(matcher, p + 3 * step);
        if (any & 1)
            break;
    }
    for (; at < end; at += step)
        if (filter_has(matcher, last + at) & 1)
            return at;
    return end;
}

/* What begins like a form is gathered byte by byte. */
struct prefix {
    struct matcher *matcher;
    uint32_t form, skipped;
    unsigned char bytes[PREFIX];
    size_t size;
};

static int beginnings_add(const struct prefix *prefix)
{
    struct matcher *matcher = prefix->matcher;
    uint32_t gram = gram_of(prefix->bytes), head = gram_hash(gram) >> (32 - HEAD_BITS);
    for (uint32_t i = matcher->heads[head]; i > 0; i = matcher->beginnings[i - 1].next) {
        const struct beginning *known = &matcher->beginnings[i - 1];
        /* Those of one form come one after the other. */
        if (known->form != prefix->form)
            break;
        if (known->gram == gram && known->skipped == prefix->skipped)
            return 0;
    }
    struct beginning *items = mem_grow(matcher->beginnings, matcher->count + 1, sizeof(*items));
    if (!items)
        return -ENOMEM;
    matcher->beginnings = items;
    items[matcher->count++] =
        (struct beginning){ gram, prefix->form, prefix->skipped, matcher->heads[head] };
    matcher->heads[head] = (uint32_t) matcher->count;
    return 0;
}

static bool is_space(int byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool is_space_only(const unsigned char *bytes)
{
    return is_space(bytes[0]) && is_space(bytes[1]) && is_space(bytes[2]);
}

/* A prefix of at least GRAM bytes. Any byte may stand behind a form that is shorter. */
static int prefix_done(const struct prefix *prefix)
{
    struct prefix longer = *prefix;
    if (prefix->size < PREFIX) {
        for (int byte = 0; byte < 256; byte++) {
            longer.bytes[PREFIX - 1] = (unsigned char) byte;
            filter_add(prefix->matcher, longer.bytes + PREFIX - GRAM);
        }
        longer.size = PREFIX - 1;
    }
    for (size_t i = 0; i + GRAM <= longer.size; i++)
        if (!is_space_only(longer.bytes + i))
            filter_add(prefix->matcher, longer.bytes + i);
    return is_space_only(prefix->bytes) ? 0 : beginnings_add(prefix);
}

static struct prefix prefix_with(const struct prefix *prefix, const char *bytes, size_t size)
{
    struct prefix longer = *prefix;
    for (size_t i = 0; i < size && longer.size < PREFIX; i++)
        longer.bytes[longer.size++] = (unsigned char) bytes[i];
    return longer;
}

static int prefix_add_units(const struct prefix *prefix, uint32_t unit);

static int prefix_add_folded(const struct prefix *prefix, uint32_t unit)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < FORM_LINE_ENDS; i++) {
        struct prefix folded = prefix_with(prefix, form_line_ends[i], strlen(form_line_ends[i]));
        if (folded.size == PREFIX) {
            r = prefix_done(&folded);
            continue;
        }
        struct prefix blank = prefix_with(&folded, "    ", PREFIX);
        struct prefix tab = prefix_with(&folded, "\t\t\t\t", PREFIX);
        r = prefix_done(&blank);
        if (r == 0)
            r = prefix_done(&tab);
        if (r == 0)
            r = prefix_add_units(&folded, unit);
    }
    return r;
}

/* All prefixes that go on with a unit. */
static int prefix_add_units(const struct prefix *prefix, uint32_t unit)
{
    const struct forms *forms = &prefix->matcher->forms;
    const struct form *form = &forms->items[prefix->form];
    if (prefix->size == PREFIX || unit == form->units)
        return prefix_done(prefix);
    const struct form_unit *of = &forms->units[form->first_unit + unit];
    int r = 0;
    for (uint32_t i = 0; r == 0 && i < of->ways; i++) {
        const struct form_way *way = &forms->ways[of->first_way + i];
        struct prefix longer = prefix_with(prefix, forms->bytes.data + way->offset, way->length);
        r = prefix_add_units(&longer, unit + 1);
    }
    bool may_fold = form->folds && prefix->skipped == 0 && unit > 0;
    return r == 0 && may_fold ? prefix_add_folded(prefix, unit) : r;
}

/* All that a form can begin with; or, with units skipped, its rest behind a line end. */
static int beginnings_add_form(struct matcher *matcher, uint32_t form, uint32_t skipped)
{
    static const char behind[] = { ' ', '\t', '\n', 'n' };
    struct prefix prefix = { .matcher = matcher, .form = form, .skipped = skipped };
    if (skipped == 0)
        return prefix_add_units(&prefix, 0);
    int r = 0;
    for (size_t i = 0; r == 0 && i < sizeof(behind); i++) {
        const struct prefix rest = prefix_with(&prefix, &behind[i], 1);
        r = prefix_add_units(&rest, skipped);
    }
    return r;
}

static size_t form_length_max(const struct forms *forms, const struct form *form)
{
    size_t length = FORM_FOLD_MAX;
    for (uint32_t u = 0; u < form->units; u++) {
        const struct form_unit *unit = &forms->units[form->first_unit + u];
        size_t longest = 0;
        for (uint32_t i = 0; i < unit->ways; i++)
            if (forms->ways[unit->first_way + i].length > longest)
                longest = forms->ways[unit->first_way + i].length;
        length += longest;
    }
    return length;
}

static int matcher_add(struct matcher *matcher, uint32_t index)
{
    const struct form *form = &matcher->forms.items[index];
    size_t length = form_length_max(&matcher->forms, form);
    if (length > matcher->ahead)
        matcher->ahead = length;
    int r = beginnings_add_form(matcher, index, 0);
    for (uint32_t skipped = 1; r == 0 && form->folds && skipped <= FOLDED_UNITS; skipped++)
        r = beginnings_add_form(matcher, index, skipped);
    return r;
}

int matcher_new(struct forms *forms, struct matcher **ret)
{
    struct matcher *matcher = mem_calloc(1, sizeof(*matcher));
    if (!matcher) {
        forms_free(forms);
        return -ENOMEM;
    }
    matcher->forms = *forms;
    memset(forms, 0, sizeof(*forms));
    int r = 0;
    for (uint32_t i = 0; r == 0 && i < matcher->forms.count; i++)
        r = matcher_add(matcher, i);
    if (r < 0) {
        matcher_free(matcher);
        return r;
    }
    *ret = matcher;
    return 0;
}

void matcher_free(struct matcher *matcher)
{
    if (!matcher)
        return;
    forms_free(&matcher->forms);
    mem_free(matcher->beginnings);
    mem_free(matcher);
}

size_t matcher_ahead(const struct matcher *matcher)
{
    return matcher->ahead;
}

static bool is_word_byte(unsigned char byte)
{
    return isalnum(byte) || byte == '_';
}

/* Whether a letter or digit in front ends an escape: "%2F", "\n", "\u002f". */
static bool ends_escape(const struct matcher_view *view, size_t at)
{
    const unsigned char *end = view->bytes + at;
    if (at >= 3 && end[-3] == '%' && isxdigit(end[-2]) && isxdigit(end[-1]))
        return true;
    if (at >= 2 && end[-2] == '\\' && strchr("nrtbfv", end[-1]))
        return true;
    return at >= 6 && end[-6] == '\\' && end[-5] == 'u' && isxdigit(end[-1]);
}

static bool stands_alone(const struct matcher_view *view, size_t at, size_t end)
{
    bool begins = at == 0 || !is_word_byte(view->bytes[at - 1]) || ends_escape(view, at);
    return begins && (end == view->size || !is_word_byte(view->bytes[end]));
}

/* With units skipped the form begins at a place in front of a line end. */
static bool match_beginning(const struct matcher *matcher, const struct beginning *beginning,
    const struct matcher_view *view, size_t at, struct matcher_match *ret)
{
    const struct forms *forms = &matcher->forms;
    const struct form *form = &forms->items[beginning->form];
    size_t end = 0, first = at;
    if (beginning->skipped > 0) {
        if (!form_match(forms, form, beginning->skipped, view, at + 1, &end))
            return false;
        first = at > MATCHER_BEHIND / 2 ? at - MATCHER_BEHIND / 2 : 0;
    }
    for (size_t begin = first; begin <= at; begin++) {
        if (!form_match(forms, form, 0, view, begin, &end) || end <= at ||
            (form->is_word && !stands_alone(view, begin, end)))
            continue;
        *ret = (struct matcher_match){ form->kind, begin, end - begin };
        return true;
    }
    return false;
}

bool matcher_next(const struct matcher *matcher, const struct matcher_view *view, size_t at,
    unsigned int where, size_t *state, struct matcher_match *ret)
{
    uint32_t gram = gram_of(view->bytes + at);
    uint32_t i = *state == 0 ? matcher->heads[gram_hash(gram) >> (32 - HEAD_BITS)]
                             : matcher->beginnings[*state - 1].next;
    for (; i > 0; i = matcher->beginnings[i - 1].next) {
        const struct beginning *beginning = &matcher->beginnings[i - 1];
        *state = i;
        if (beginning->gram == gram && (matcher->forms.items[beginning->form].where & where) &&
            match_beginning(matcher, beginning, view, at, ret))
            return true;
    }
    return false;
}
