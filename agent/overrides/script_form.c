/* SPDX-License-Identifier: MIT */
/* Only what needs no pattern. */

#include "overrides/script_form.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* A longer text than that is not kept anyway. */
enum { FORM_LENGTH_MAX = 1 << 16 };

static bool form_is_plain(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (strchr("*?[\\\"'$`%#", text[i]))
            return false;
    return true;
}

static int form_cut(const char *value, const char *form, size_t length, struct buffer *ret)
{
    const char *part = form + 1;
    size_t size = strlen(value), cut = length - 1;
    bool is_suffix = *form == '%';
    bool has = size >= cut && memcmp(is_suffix ? value + size - cut : value, part, cut) == 0;
    int r = buffer_append(ret, has && !is_suffix ? value + cut : value, has ? size - cut : size);
    return r < 0 ? r : 1;
}

/* "/text/other": the first; "//text/other": all. */
static int form_replace(const char *value, const char *form, size_t length, struct buffer *ret)
{
    bool all = form[1] == '/';
    const char *text = form + 1 + all, *end = form + length;
    const char *slash = memchr(text, '/', (size_t) (end - text));
    size_t size = (size_t) ((slash ? slash : end) - text);
    bool more = size > 0;
    size_t most = ret->size + FORM_LENGTH_MAX;
    for (const char *found; more && (found = memmem(value, strlen(value), text, size));
         more = all && ret->size <= most) {
        if (buffer_append(ret, value, (size_t) (found - value)) < 0 ||
            (slash && buffer_append(ret, slash + 1, (size_t) (end - slash - 1)) < 0))
            return -ENOMEM;
        value = found + size;
    }
    int r = buffer_append_text(ret, value);
    return r < 0 ? r : 1;
}

static int form_fold(const char *value, bool upper, struct buffer *ret)
{
    for (; *value; value++) {
        char c = (char) (upper ? toupper((unsigned char) *value) : tolower((unsigned char) *value));
        if (buffer_append(ret, &c, 1) < 0)
            return -ENOMEM;
    }
    return 1;
}

int form_append(const char *value, const char *form, size_t length, struct buffer *ret)
{
    if (length < 2 || !form_is_plain(form + 1, length - 1))
        return 0;
    if (length == 2 && (memcmp(form, "^^", 2) == 0 || memcmp(form, ",,", 2) == 0))
        return form_fold(value, *form == '^', ret);
    if (*form == '/')
        return form_replace(value, form, length, ret);
    return strchr("%#", *form) ? form_cut(value, form, length, ret) : 0;
}
