/* SPDX-License-Identifier: MIT */
/* Two lists: there are some thirty keys. */

#include "settings/origins.h"

#include <errno.h>
#include <string.h>

#include "lib/buffer.h"
#include "lib/memory.h"

/* The index of a key, or the count. */
static size_t index_of_key(const struct origins *origins, const char *key)
{
    size_t i = 0;
    while (i < origins->keys.count && strcmp(origins->keys.items[i], key) != 0)
        i++;
    return i;
}

static int replace_text(struct strings *texts, size_t i, const char *text, bool joins)
{
    _cleanup_buffer_ struct buffer new = { 0 };
    int r = joins ? buffer_printf(&new, "%s, %s", texts->items[i], text)
                  : buffer_append_text(&new, text);
    if (r < 0)
        return r;
    mem_free(texts->items[i]);
    texts->items[i] = buffer_take(&new);
    return 0;
}

int origins_set(struct origins *origins, const char *key, const char *text, bool joins)
{
    size_t i = index_of_key(origins, key);
    if (i < origins->keys.count)
        return replace_text(&origins->texts, i, text, joins);
    int r = strings_append(&origins->texts, text);
    if (r == 0 && strings_append(&origins->keys, key) < 0) {
        mem_free(origins->texts.items[--origins->texts.count]);
        r = -ENOMEM;
    }
    return r;
}

const char *origins_find(const struct origins *origins, const char *key)
{
    size_t i = index_of_key(origins, key);
    return i < origins->keys.count ? origins->texts.items[i] : NULL;
}

void origins_free(struct origins *origins)
{
    strings_free(&origins->keys);
    strings_free(&origins->texts);
}
