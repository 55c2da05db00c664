/* The rules are those of modules/pam_env/pam_env.c, found by running it. */

#include "outputs/pam_env.h"

#include <errno.h>
#include <string.h>

#include "base/secret.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

bool pam_env_is_empty(const char *line, size_t length)
{
    while (length > 0 && is_blank(*line)) {
        line++;
        length--;
    }
    return length == 0 || *line == '#';
}

bool pam_env_continues(const char *line, size_t length)
{
    if (length > 0 && memchr(line, '#', length))
        return false;
    while (length > 0 && is_blank(line[length - 1]))
        length--;
    return length > 0 && line[length - 1] == '\\';
}

/* Drops what pam_env drops of a line: blanks in front, a comment anywhere, "export ". */
static void trim(const char **line, size_t *length)
{
    const char *p = *line, *end = p + *length;
    const char *comment = memchr(p, '#', *length);
    if (comment)
        end = comment;
    while (p < end && is_blank(*p))
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
    return secret_strndup(value, length);
}

/* 0 and a new *ret when the line assigns the variable, -ENOENT when not. */
static int read_line(const char *line, size_t length, const char *name, char **ret)
{
    trim(&line, &length);
    size_t name_length = strlen(name);
    if (length <= name_length || memcmp(line, name, name_length) != 0 || line[name_length] != '=')
        return -ENOENT;
    char *value = unquoted(line + name_length + 1, length - name_length - 1);
    if (!value)
        return -ENOMEM;
    secret_free(*ret);
    *ret = value;
    return 0;
}

int pam_env_get(const struct buffer *file, const char *name, char **ret)
{
    _cleanup_secret_ char *value = NULL;
    bool continued = false; /* this line belongs to the one before */
    for (const char *line = file->data, *end = line + file->size; line < end;) {
        const char *newline = memchr(line, '\n', (size_t) (end - line));
        size_t length = (size_t) ((newline ? newline : end) - line);
        if (!pam_env_is_empty(line, length)) {
            if (!continued && read_line(line, length, name, &value) == -ENOMEM)
                return -ENOMEM;
            continued = pam_env_continues(line, length);
        }
        line += length + 1;
    }
    if (!value)
        return -ENOENT;
    *ret = TAKE_PTR(value);
    return 0;
}
