/* SPDX-License-Identifier: MIT */
/* Edit distance (Levenshtein) between short words; words that begin alike. */

#include "lib/suggest.h"

#include <ctype.h>
#include <string.h>

enum { WORD_MAX = 63 };

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Both words are at most WORD_MAX bytes long. */
static size_t distance(const char *a, const char *b)
{
    size_t row[WORD_MAX + 1], length = strlen(b);
    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            size_t substitution = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = min3(row[j] + 1, row[j - 1] + 1, substitution);
        }
    }
    return row[length];
}

const char *suggest_word(const char *word, const char *const words[], size_t count)
{
    size_t length = strlen(word);
    if (length > WORD_MAX)
        return NULL;
    size_t best = length / 2 + 1; /* more changes than half the word is another word */
    const char *found = NULL;
    for (size_t i = 0; i < count; i++) {
        /* It is at least the difference of their lengths. */
        size_t other = strlen(words[i]);
        if (other > WORD_MAX || other >= length + best || length >= other + best)
            continue;
        size_t d = distance(word, words[i]);
        if (d < best) {
            best = d;
            found = words[i];
        }
    }
    return found;
}

void suggest_append(struct error *err, const char *before, const char *near, const char *after)
{
    if (near)
        error_append(err, ", did you mean %s%s%s?", before, near, after);
}

/* To the first letter or digit, or to the end. */
static const char *skip_separators(const char *text)
{
    while (*text && !isalnum((unsigned char) *text))
        text++;
    return text;
}

static bool suggest_begins_with(const char *text, const char *part)
{
    for (part = skip_separators(part); *part; part = skip_separators(part + 1)) {
        text = skip_separators(text);
        if (tolower((unsigned char) *text) != tolower((unsigned char) *part))
            return false;
        text++;
    }
    return true;
}

bool suggest_matches_prefix(const char *part, const char *text)
{
    if (!*skip_separators(part))
        return false;
    for (const char *word = skip_separators(text); *word; word = skip_separators(word)) {
        if (suggest_begins_with(word, part))
            return true;
        while (isalnum((unsigned char) *word))
            word++;
    }
    return false;
}
