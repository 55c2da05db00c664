/* A growing list of owned strings. */

#include "lib/strings.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "lib/buffer.h"
#include "lib/memory.h"

/* Takes the text over, also on failure. */
static int append_owned(struct strings *list, char *text)
{
    if (!text)
        return -ENOMEM;
    char **items = mem_grow(list->items, list->count + 1, sizeof(*items));
    if (!items) {
        mem_free(text);
        return -ENOMEM;
    }
    list->items = items;
    list->items[list->count++] = text;
    return 0;
}

int strings_append(struct strings *list, const char *text)
{
    return append_owned(list, mem_strdup(text));
}

int strings_append_n(struct strings *list, const char *text, size_t length)
{
    return append_owned(list, mem_strndup(text, length));
}

int strings_printf(struct strings *list, const char *format, ...)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    va_list arguments;
    va_start(arguments, format);
    int r = buffer_vprintf(&text, format, arguments);
    va_end(arguments);
    return r < 0 ? r : append_owned(list, buffer_take(&text));
}

int strings_add_unique(struct strings *list, const char *text)
{
    return strings_contains(list, text) ? 0 : strings_append(list, text);
}

bool strings_contains(const struct strings *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], text) == 0)
            return true;
    return false;
}

char *strings_join(const struct strings *list, const char *separator)
{
    _cleanup_buffer_ struct buffer joined = { 0 };
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0 && buffer_append_text(&joined, separator) < 0)
            return NULL;
        if (buffer_append_text(&joined, list->items[i]) < 0)
            return NULL;
    }
    return buffer_take(&joined);
}

void strings_free(struct strings *list)
{
    for (size_t i = 0; i < list->count; i++)
        mem_free(list->items[i]);
    mem_free(list->items);
    *list = (struct strings){ 0 };
}
