/* SPDX-License-Identifier: MIT */
/* cJSON keeps neither the place of a value nor the blanks and the order of digits around it. */

#include "formats/json_edit.h"

#include <errno.h>

struct span span_of(const struct buffer *bytes)
{
    const char *start = bytes->data ? bytes->data : "";
    return (struct span){ start, start + bytes->size };
}

static void json_edit_skip_blanks(struct span *rest)
{
    while (rest->start < rest->end && (unsigned char) *rest->start <= ' ')
        rest->start++;
}

static void json_edit_skip_string(struct span *rest)
{
    for (rest->start++; rest->start < rest->end && *rest->start != '"'; rest->start++)
        if (*rest->start == '\\' && rest->start + 1 < rest->end)
            rest->start++;
    if (rest->start < rest->end)
        rest->start++;
}

/* Skips a value to the comma or the bracket behind it; blanks in front of that belong to the value.
 */
static void skip_value(struct span *rest)
{
    size_t depth = 0;
    while (rest->start < rest->end) {
        char c = *rest->start;
        bool opens = c == '{' || c == '[', closes = c == '}' || c == ']';
        if (depth == 0 && (closes || c == ','))
            return;
        depth += opens;
        depth -= closes;
        if (c == '"')
            json_edit_skip_string(rest);
        else
            rest->start++;
    }
}

struct span span_trim(struct span span)
{
    while (span.end > span.start && (unsigned char) span.end[-1] <= ' ')
        span.end--;
    return span;
}

bool json_edit_next(struct span text, struct json_member *member)
{
    struct span rest = text;
    if (member->behind)
        rest.start = member->behind;
    else
        while (rest.start < rest.end && *rest.start != '{')
            rest.start++;
    if (rest.start >= rest.end || (member->behind && *rest.start != ','))
        return false;
    rest.start++; /* the bracket or the comma */
    json_edit_skip_blanks(&rest);
    if (rest.start >= rest.end || *rest.start == '}')
        return false;
    member->whole.start = rest.start;
    json_edit_skip_string(&rest);
    json_edit_skip_blanks(&rest);
    rest.start += rest.start < rest.end; /* the colon */
    json_edit_skip_blanks(&rest);
    member->value.start = rest.start;
    skip_value(&rest);
    member->behind = member->whole.end = member->value.end = rest.start;
    member->whole = span_trim(member->whole);
    member->value = span_trim(member->value);
    return true;
}

struct json_member json_edit_find(struct span text, size_t number)
{
    struct json_member member = { 0 };
    for (size_t i = 0; i <= number && json_edit_next(text, &member);)
        i++;
    return member;
}

int json_edit_replace(
    const struct buffer *text, struct span part, struct span by, struct content *ret)
{
    const struct span all = span_of(text);
    ret->exists = true;
    int r = buffer_append(&ret->bytes, all.start, (size_t) (part.start - all.start));
    if (r == 0)
        r = buffer_append(&ret->bytes, by.start, (size_t) (by.end - by.start));
    return r < 0 ? r : buffer_append(&ret->bytes, part.end, (size_t) (all.end - part.end));
}
