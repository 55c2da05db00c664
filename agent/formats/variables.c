/* SPDX-License-Identifier: MIT */
/* Most consumers want one line for each variable, and differ only in the text around its name and
 * its value: writing and reading back are the same for all of them. */

#include "formats/variables.h"

#include <errno.h>
#include <string.h>

#include "lib/lines.h"
#include "lib/memory.h"

int variables_append(const struct environment *environment, const char *before, const char *between,
    const char *after, struct buffer *ret)
{
    struct variable variables[VARIABLES_WRITTEN_MAX];
    size_t count = environment_list(environment, variables);
    int r = 0;
    for (size_t i = 0; r == 0 && i < count; i++)
        r = buffer_printf(
            ret, "%s%s%s%s%s", before, variables[i].name, between, variables[i].value, after);
    return r;
}

/* Cuts a text off the beginning of a line. */
static bool cut_front(struct line *line, const char *text)
{
    if (!line_begins_with(line, text))
        return false;
    line_skip(line, strlen(text));
    return true;
}

static bool cut_back(struct line *line, const char *text)
{
    size_t length = strlen(text);
    if (line->length < length || memcmp(line->text + line->length - length, text, length) != 0)
        return false;
    line->length -= length;
    return true;
}

int variables_get(const struct buffer *file, const char *before, const char *name,
    const char *between, const char *after, char **ret)
{
    struct line value = { 0 };
    for (struct line line = { 0 }; line_next(file, &line);) {
        struct line rest = line;
        if (cut_front(&rest, before) && cut_front(&rest, name) && cut_front(&rest, between) &&
            cut_back(&rest, after))
            value = rest;
    }
    if (!value.text)
        return -ENOENT;
    *ret = mem_strndup(value.text, value.length);
    return *ret ? 0 : -ENOMEM;
}

int variables_verify(const struct environment *environment, const struct content *content,
    const char *consumer, variables_getter get, struct error *err)
{
    struct variable variables[VARIABLES_WRITTEN_MAX];
    size_t count = environment_list(environment, variables);
    for (size_t i = 0; i < count; i++) {
        _cleanup_mem_ char *value = NULL;
        int r = get(&content->bytes, variables[i].name, &value);
        if (r == -ENOMEM)
            return error_no_memory(err);
        if (r < 0 || strcmp(value, variables[i].value) != 0)
            return error_set(err, EX_IOERR, -EBADMSG, "%s would not read %s as it was meant",
                consumer, variables[i].name);
    }
    return 0;
}
