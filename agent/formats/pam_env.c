/* SPDX-License-Identifier: MIT */
/* Sessions get what pam_env makes of /etc/environment, which is neither what a shell nor what
 * systemd would. The rules are those of modules/pam_env/pam_env.c, found by running it. */

#include "formats/pam_env.h"

#include <errno.h>
#include <string.h>

#include "lib/memory.h"

static bool pam_env_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

bool pam_env_continues(const struct line *line)
{
    size_t length = line->length;
    if (length > 0 && memchr(line->text, '#', length))
        return false;
    while (length > 0 && pam_env_is_blank(line->text[length - 1]))
        length--;
    return length > 0 && line->text[length - 1] == '\\';
}

/* Drops what pam_env drops of a line: blanks in front, a comment anywhere, "export ". */
static void pam_env_trim(const char **line, size_t *length)
{
    const char *p = *line, *end = p + *length;
    const char *comment = memchr(p, '#', *length);
    if (comment)
        end = comment;
    while (p < end && pam_env_is_blank(*p))
        p++;
    if ((size_t) (end - p) >= 7 && memcmp(p, "export ", 7) == 0)
        p += 7;
    *line = p;
    *length = (size_t) (end - p);
}

/* Only a quote in front counts; the one at the very end goes with it. */
static char *unquoted(const char *value, size_t length)
{
    if (length > 0 && (*value == '"' || *value == '\'')) {
        value++;
        length--;
        if (length > 0 && (value[length - 1] == '"' || value[length - 1] == '\''))
            length--;
    }
    return mem_strndup(value, length);
}

/* Applies a line, as it is when its continuations are joined, to the value that the variable has:
 * an assignment sets it, the name alone deletes it. 0 or -ENOMEM. */
static int apply_line(const struct buffer *joined, const char *name, char **value)
{
    const char *line = joined->data;
    size_t length = joined->size, name_length = strlen(name);
    pam_env_trim(&line, &length);
    if (length < name_length || memcmp(line, name, name_length) != 0 ||
        (length > name_length && line[name_length] != '='))
        return 0;
    char *next = NULL;
    if (length > name_length) {
        next = unquoted(line + name_length + 1, length - name_length - 1);
        if (!next)
            return -ENOMEM;
    }
    mem_free(*value);
    *value = next;
    return 0;
}

/* Appends a line to those that it continues, without the backslash by which it goes on. */
static int join(struct buffer *joined, const struct line *line, bool continues)
{
    size_t length = line->length;
    while (continues && line->text[length - 1] != '\\')
        length--;
    return buffer_append(joined, line->text, continues ? length - 1 : length);
}

int pam_env_get(const struct buffer *file, const char *name, char **ret)
{
    _cleanup_mem_ char *value = NULL;
    _cleanup_buffer_ struct buffer joined = { 0 };
    for (struct line line = { 0 }; line_next(file, &line);) {
        if (line_is_blank_or_comment(&line))
            continue;
        bool continues = pam_env_continues(&line);
        if (join(&joined, &line, continues) < 0 ||
            (!continues && apply_line(&joined, name, &value) < 0))
            return -ENOMEM;
        if (!continues)
            buffer_free(&joined);
    }
    if (!value)
        return -ENOENT;
    *ret = TAKE_PTR(value);
    return 0;
}
