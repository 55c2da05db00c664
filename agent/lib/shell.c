/* SPDX-License-Identifier: MIT */
/* Who pastes a command has any shell: dash reads no $'…'. A newline or an escape in quotes would
 * act on the terminal before the shell reads it. */

#include "lib/shell.h"

#include <errno.h>
#include <string.h>

#include "lib/ascii.h"
#include "lib/printable.h"

/* Neither quotes nor patterns nor expansions, in any shell. */
#define SHELL_PLAIN ASCII_ALNUM "/._-"

static int append_quoted(struct buffer *ret, const char *word)
{
    int r = buffer_append_text(ret, "'");
    for (const char *p = word; *p && r == 0; p++)
        r = *p == '\'' ? buffer_append_text(ret, "'\\''") : buffer_append(ret, p, 1);
    return r < 0 ? r : buffer_append_text(ret, "'");
}

/* Whether it makes a word an option. */
static bool is_option(const char *word, const char *p)
{
    return p == word && *p == '-';
}

/* As the format of printf(1). What is not plain is in octal: bash expands '!' also here, and some
 * shells read an octal '%' as one of the format. */
static int append_escaped(struct buffer *ret, const char *word)
{
    int r = buffer_append_text(ret, "\"$(printf '");
    for (const char *p = word; *p && r == 0; p++)
        r = strchr(SHELL_PLAIN, *p) && !is_option(word, p) ? buffer_append(ret, p, 1)
            : *p == '%'                                    ? buffer_append_text(ret, "%%")
                        : buffer_printf(ret, "\\%03o", (unsigned char) *p);
    return r < 0 ? r : buffer_append_text(ret, "')\"");
}

int shell_append_word(struct buffer *ret, const char *word)
{
    size_t length = strlen(word);
    if (length > 0 && word[strspn(word, SHELL_PLAIN "+,:=@%")] == '\0')
        return buffer_append_text(ret, word);
    if (printable_is(word))
        return append_quoted(ret, word);
    /* A command substitution loses the newlines at its end. */
    return word[length - 1] == '\n' ? 1 : append_escaped(ret, word);
}

int shell_append_name(struct buffer *ret, const char *name)
{
    int r = shell_append_word(ret, name);
    if (r <= 0)
        return r;
    if (buffer_append_text(ret, "\"") < 0 || printable_append_line(name, strlen(name), ret) < 0)
        return -ENOMEM;
    return buffer_append_text(ret, "\"");
}

int shell_append_path(struct buffer *ret, const char *path)
{
    _cleanup_buffer_ struct buffer word = { 0 };
    int r = buffer_printf(&word, "%s%s", *path == '-' ? "./" : "", path);
    return r < 0 ? r : shell_append_word(ret, word.data);
}
