/* SPDX-License-Identifier: MIT */
/* A megabyte of entries that are none would be half a million lines in the journal, and more memory
 * than the unit may have. */

#include "lib/few.h"

#include <errno.h>
#include <stdarg.h>

#include "lib/buffer.h"

static bool is_full(const struct few *few)
{
    return few->texts.count >= FEW_MAX;
}

int few_printf(struct few *few, const char *format, ...)
{
    if (is_full(few)) {
        few->more++;
        return 0;
    }
    _cleanup_buffer_ struct buffer text = { 0 };
    va_list arguments;
    va_start(arguments, format);
    int r = buffer_vprintf(&text, format, arguments);
    va_end(arguments);
    return r < 0 ? r : strings_append(&few->texts, text.data);
}

int few_add(struct few *few, const struct strings *texts)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < texts->count; i++) {
        if (strings_contains(&few->texts, texts->items[i]))
            continue;
        r = few_printf(few, "%s", texts->items[i]);
    }
    return r;
}

int few_tell(const struct few *few, const char *what, struct strings *list)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < few->texts.count; i++)
        r = strings_add_unique(list, few->texts.items[i]);
    return r < 0 || few->more == 0 ? r : strings_printf(list, "and %zu more %s", few->more, what);
}

char *few_join(const struct strings *texts, const char *separator)
{
    _cleanup_buffer_ struct buffer joined = { 0 };
    for (size_t i = 0; i < texts->count && i < FEW_MAX; i++)
        if (buffer_printf(&joined, "%s%s", i > 0 ? separator : "", texts->items[i]) < 0)
            return NULL;
    if (texts->count > FEW_MAX &&
        buffer_printf(&joined, "%sand %zu more", separator, texts->count - FEW_MAX) < 0)
        return NULL;
    return buffer_take(&joined);
}

void few_free(struct few *few)
{
    strings_free(&few->texts);
    *few = (struct few){ 0 };
}
