/* SPDX-License-Identifier: MIT */
/* A growing list of owned strings. */

#include "lib/strings.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "lib/buffer.h"
#include "lib/memory.h"

/* A shorter list is walked through. */
enum { INDEXED_MIN = 16 };

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

/* Has the index cover all items. */
static int strings_index(struct strings *list)
{
    int r = 0;
    while (r == 0 && list->index.count < list->count) {
        const char *text = list->items[list->index.count];
        r = hash_index_add(&list->index, hash_bytes(text, strlen(text)), list->index.count);
    }
    return r;
}

int strings_append_all(struct strings *list, const struct strings *texts)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < texts->count; i++)
        r = strings_append(list, texts->items[i]);
    return r;
}

int strings_add_unique(struct strings *list, const char *text)
{
    if (list->count >= INDEXED_MIN && strings_index(list) < 0)
        return -ENOMEM;
    return strings_contains(list, text) ? 0 : strings_append(list, text);
}

static bool strings_finds(const struct strings *list, const char *text)
{
    uint64_t hash = hash_bytes(text, strlen(text));
    for (size_t slot = HASH_BEGIN, i; hash_index_next(&list->index, hash, &slot, &i);)
        if (strcmp(list->items[i], text) == 0)
            return true;
    return false;
}

bool strings_contains(const struct strings *list, const char *text)
{
    if (list->index.count > 0 && strings_finds(list, text))
        return true;
    for (size_t i = list->index.count; i < list->count; i++)
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
    hash_index_free(&list->index);
    *list = (struct strings){ 0 };
}
