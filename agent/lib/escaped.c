/* SPDX-License-Identifier: MIT */
/* A login is one in any of the files that hold it, and each format has its own way to write '@'. */

#include "lib/escaped.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/array.h"

/* One way to write a character: what is in front of its number, and behind it. */
struct form {
    const char *front, *number, *behind;
};

/* How often a character is doubled, or zeros stand in front of a number. */
enum { SPAN_MAX = 16 };

static size_t escaped_span_of(const char *text, size_t length, char c)
{
    size_t count = 0;
    while (count < length && count < SPAN_MAX && text[count] == c)
        count++;
    return count;
}

/* The bytes of the form at the text, with zeros in front of its number; 0: none. */
static size_t form_length(const char *text, size_t length, const struct form *form)
{
    const char *const parts[] = { form->front, form->number, form->behind };
    size_t used = 0;
    for (size_t i = 0; i < ELEMENTSOF(parts); i++) {
        size_t part = strlen(parts[i]);
        if (i == 1)
            used += escaped_span_of(text + used, length - used, '0');
        if (part > length - used || strncasecmp(text + used, parts[i], part) != 0)
            return 0;
        used += part;
    }
    return used;
}

/* Of a '%' that is encoded, too, each time "25" stands in front. */
static size_t percent_length(const char *text, size_t length, const char *hex)
{
    size_t used = 1;
    while (used + 2 <= length && memcmp(text + used, "25", 2) == 0)
        used += 2;
    return used + 2 <= length && strncasecmp(text + used, hex, 2) == 0 ? used + 2 : 0;
}

static size_t longest_form(const char *text, size_t length, const struct form forms[], size_t count)
{
    size_t longest = 0;
    for (size_t i = 0; i < count; i++) {
        size_t used = form_length(text, length, &forms[i]);
        longest = used > longest ? used : longest;
    }
    return longest;
}

size_t escaped_length(const char *text, size_t length, char c)
{
    enum { DIGITS_SIZE = 8 };
    char hex[DIGITS_SIZE], octal[DIGITS_SIZE], decimal[DIGITS_SIZE];
    if (length == 0 || *text == c)
        return length > 0;
    if (*text != '\\' && *text != '%' && *text != '&')
        return 0;
    (void) snprintf(hex, sizeof(hex), "%x", (unsigned char) c);
    (void) snprintf(octal, sizeof(octal), "%o", (unsigned char) c);
    (void) snprintf(decimal, sizeof(decimal), "%d", c);
    if (*text != '\\') {
        const struct form forms[] = { { "%u", hex, "" }, { "&#", decimal, ";" },
            { "&#x", hex, ";" } };
        size_t percent = *text == '%' ? percent_length(text, length, hex) : 0;
        return percent > 0 ? percent : longest_form(text, length, forms, ELEMENTSOF(forms));
    }
    const struct form forms[] = { { "u", hex, "" }, { "u{", hex, "}" }, { "x", hex, "" },
        { "x{", hex, "}" }, { "", octal, "" } };
    size_t slashes = escaped_span_of(text, length, '\\');
    if (slashes < length && text[slashes] == c)
        return slashes + 1;
    size_t used = longest_form(text + slashes, length - slashes, forms, ELEMENTSOF(forms));
    return used > 0 ? slashes + used : 0;
}
