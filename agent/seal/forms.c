/* SPDX-License-Identifier: MIT */
/* A text whose characters may each be written in several ways has more forms than a list can hold:
 * 20 characters in 30 ways each. So a form is a row of units, each with its ways. The text in
 * base64 or as digits is such a row, too, as it can stand in JSON or in a URL or be cut into lines.
 */

#include "seal/forms.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/array.h"
#include "lib/memory.h"
#include "seal/spelling.h"

enum {
    FORM_UNITS_MIN = 4,
    FOLDED_MIN = 6,
    BASE64_MIN = 7, /* characters: 42 bits, which no data have by chance */
};

void forms_free(struct forms *forms)
{
    buffer_free(&forms->bytes);
    mem_free(forms->ways);
    mem_free(forms->units);
    mem_free(forms->items);
    memset(forms, 0, sizeof(*forms));
}

static int add_way(struct forms *forms, const void *bytes, size_t size)
{
    if (!bytes || size == 0)
        return 0; /* no character is written as nothing */
    struct form_way *ways = mem_grow(forms->ways, forms->way_count + 1, sizeof(*ways));
    if (!ways)
        return -ENOMEM;
    forms->ways = ways;
    ways[forms->way_count] = (struct form_way){ .offset = (uint32_t) forms->bytes.size,
        .length = (uint16_t) size,
        .first = *(const unsigned char *) bytes };
    if (buffer_append(&forms->bytes, bytes, size) < 0)
        return -ENOMEM;
    forms->units[forms->unit_count - 1].ways++;
    forms->way_count++;
    return 0;
}

static int begin_form(
    struct forms *forms, const struct form_source *source, enum form_alphabet alphabet)
{
    struct form *items = mem_grow(forms->items, forms->count + 1, sizeof(*items));
    if (!items)
        return -ENOMEM;
    forms->items = items;
    items[forms->count++] = (struct form){ .kind = source->kind,
        .where = source->where,
        .first_unit = (uint32_t) forms->unit_count,
        .is_word = source->is_word && alphabet == ALPHABET_TEXT,
        .folds = alphabet != ALPHABET_LITTLE_ENDIAN && alphabet != ALPHABET_BIG_ENDIAN };
    return 0;
}

struct way_adder {
    struct forms *forms;
    enum form_alphabet alphabet;
};

static int append_wide(const struct buffer *way, enum form_alphabet alphabet, struct buffer *ret)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < way->size; i++) {
        char pair[2] = { way->data[i], '\0' };
        if (alphabet == ALPHABET_BIG_ENDIAN) {
            pair[0] = '\0';
            pair[1] = way->data[i];
        }
        r = buffer_append(ret, pair, sizeof(pair));
    }
    return r;
}

static int add_spelled(const struct buffer *way, void *data)
{
    const struct way_adder *adder = data;
    if (adder->alphabet != ALPHABET_LITTLE_ENDIAN && adder->alphabet != ALPHABET_BIG_ENDIAN)
        return add_way(adder->forms, way->data, way->size);
    _cleanup_buffer_ struct buffer wide = { 0 };
    int r = append_wide(way, adder->alphabet, &wide);
    return r < 0 ? r : add_way(adder->forms, wide.data, wide.size);
}

/* A character that in UTF-16 is more than a byte and a NUL. */
static int add_wide_point(struct forms *forms, uint32_t point, enum form_alphabet alphabet)
{
    unsigned char bytes[4];
    uint32_t units[2] = { point, 0 };
    size_t count = point < 0x10000 ? 1 : 2, low = alphabet == ALPHABET_BIG_ENDIAN ? 1 : 0;
    if (count == 2) {
        units[0] = 0xd800 + ((point - 0x10000) >> 10);
        units[1] = 0xdc00 + ((point - 0x10000) & 0x3ff);
    }
    for (size_t i = 0; i < count; i++) {
        bytes[2 * i + low] = (unsigned char) (units[i] & 0xff);
        bytes[2 * i + 1 - low] = (unsigned char) (units[i] >> 8);
    }
    return add_way(forms, bytes, 2 * count);
}

/* Dumps put something between the bytes. */
static int add_hexadecimal(struct forms *forms, enum form_alphabet alphabet, unsigned char byte)
{
    static const char *const between[] = { "", ":", " ", "-", ", 0x", ",0x" };
    size_t count = alphabet == ALPHABET_HEXADECIMAL_FIRST ? 1 : ELEMENTSOF(between);
    int r = 0;
    for (size_t i = 0; r == 0 && i < 2 * count; i++) {
        _cleanup_buffer_ struct buffer digits = { 0 };
        r = i % 2 == 0 ? buffer_printf(&digits, "%s%02x", between[i / 2], byte)
                       : buffer_printf(&digits, "%s%02X", between[i / 2], byte);
        if (r == 0)
            r = add_way(forms, digits.data, digits.size);
    }
    return r;
}

/* In base64 only what is no letter and no digit is ever encoded once more. */
static int add_ways(
    struct forms *forms, enum form_alphabet alphabet, const struct character *character)
{
    struct way_adder adder = { forms, alphabet };
    const unsigned char byte = character->bytes[0];
    bool is_wide = alphabet == ALPHABET_LITTLE_ENDIAN || alphabet == ALPHABET_BIG_ENDIAN;
    if (alphabet == ALPHABET_HEXADECIMAL || alphabet == ALPHABET_HEXADECIMAL_FIRST)
        return add_hexadecimal(forms, alphabet, byte);
    int r = 0;
    if (is_wide && character->point >= 0x80)
        r = add_wide_point(forms, character->point, alphabet);
    if (alphabet == ALPHABET_BASE64) {
        if (isalnum(byte))
            return add_way(forms, &byte, 1);
        r = add_way(forms, byte == '+' ? "-" : "_", 1);
    }
    return r < 0 ? r : spelling_each(character, add_spelled, &adder);
}

static int add_unit(
    struct forms *forms, enum form_alphabet alphabet, const struct character *character)
{
    struct form_unit *units = mem_grow(forms->units, forms->unit_count + 1, sizeof(*units));
    if (!units)
        return -ENOMEM;
    forms->units = units;
    struct form_unit *unit = &units[forms->unit_count++];
    struct form_unit *known =
        character->length == 1 ? &forms->known[alphabet][character->bytes[0]] : NULL;
    forms->items[forms->count - 1].units++;
    if (known && known->ways > 0) {
        *unit = *known;
        return 0;
    }
    *unit = (struct form_unit){ .first_way = (uint32_t) forms->way_count,
        .is_blank = character->bytes[0] == ' ' && alphabet == ALPHABET_TEXT };
    int r = add_ways(forms, alphabet, character);
    if (r == 0 && known)
        *known = *unit;
    return r;
}

/* The form of a text in an alphabet. */
static int add_form(struct forms *forms, const struct form_source *source, const char *text,
    enum form_alphabet alphabet)
{
    int r = begin_form(forms, source, alphabet);
    if (r < 0)
        return r;
    bool is_hexadecimal = alphabet == ALPHABET_HEXADECIMAL;
    size_t count = 0;
    for (const char *p = text; r == 0 && *p && count < FORM_UNITS_MAX; count++) {
        struct character character = character_of(p);
        if (is_hexadecimal)
            character.length = 1;
        r = add_unit(forms, is_hexadecimal && count == 0 ? ALPHABET_HEXADECIMAL_FIRST : alphabet,
            &character);
        p += character.length;
    }
    /* A part of a shorter one would be anywhere. */
    struct form *form = &forms->items[forms->count - 1];
    form->folds = form->folds && form->units >= FOLDED_MIN;
    return r;
}

/* The characters that bytes become in base64, where so many (0 to 2) stand in front of them: those
 * that no other byte has a part in. */
static int append_base64(const char *bytes, size_t size, size_t before, struct buffer *ret)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t end = 8 * (before + size);
    int r = 0;
    for (size_t bit = (8 * before + 5) / 6 * 6; r == 0 && bit + 6 <= end; bit += 6) {
        size_t first = bit / 8 - before, shift = bit % 8;
        unsigned int pair = (unsigned int) (unsigned char) bytes[first] << 8;
        if (first + 1 < size)
            pair |= (unsigned char) bytes[first + 1];
        r = buffer_append(ret, &alphabet[pair >> (10 - shift) & 0x3f], 1);
    }
    return r;
}

/* At each of the three alignments; each text once. */
static int append_alignments(const char *bytes, size_t size, struct strings *ret)
{
    int r = 0;
    for (size_t before = 0; r == 0 && before < 3; before++) {
        _cleanup_buffer_ struct buffer digits = { 0 };
        r = append_base64(bytes, size, before, &digits);
        if (r == 0 && digits.size >= BASE64_MIN)
            r = strings_add_unique(ret, digits.data);
    }
    return r;
}

static int append_utf16(const char *text, struct buffer *ret)
{
    for (const char *p = text; *p; p++) {
        const char pair[2] = { *p, '\0' };
        if (buffer_append(ret, pair, sizeof(pair)) < 0)
            return -ENOMEM;
    }
    return 0;
}

/* Of base64 in base64, as a Secret of Kubernetes has a registry's login; and of UTF-16, as
 * PowerShell takes its commands. */
static int gather_base64(const char *text, struct strings *ret)
{
    _cleanup_strings_ struct strings dialects = { 0 }, inner = { 0 };
    _cleanup_buffer_ struct buffer wide = { 0 };
    int r = spelling_add_dialects(text, &dialects);
    for (size_t i = 0; r == 0 && i < dialects.count; i++)
        r = append_alignments(dialects.items[i], strlen(dialects.items[i]), ret);
    if (r == 0)
        r = append_alignments(text, strlen(text), &inner);
    for (size_t i = 0; r == 0 && i < inner.count; i++)
        r = append_alignments(inner.items[i], strlen(inner.items[i]), ret);
    if (r == 0)
        r = append_utf16(text, &wide);
    return r < 0 ? r : append_alignments(wide.data, wide.size, ret);
}

int forms_add(struct forms *forms, const struct form_source *source)
{
    static const enum form_alphabet alphabets[] = { ALPHABET_TEXT, ALPHABET_LITTLE_ENDIAN,
        ALPHABET_BIG_ENDIAN, ALPHABET_HEXADECIMAL };
    _cleanup_strings_ struct strings digits = { 0 };
    _cleanup_mem_ char *text = mem_strndup(source->text, strnlen(source->text, FORM_UNITS_MAX));
    if (!text)
        return -ENOMEM;
    if (strlen(text) < FORM_UNITS_MIN)
        return 0;
    int r = 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(alphabets); i++)
        r = add_form(forms, source, source->text, alphabets[i]);
    if (r == 0)
        r = gather_base64(text, &digits);
    for (size_t i = 0; r == 0 && i < digits.count; i++)
        r = add_form(forms, source, digits.items[i], ALPHABET_BASE64);
    return r;
}
