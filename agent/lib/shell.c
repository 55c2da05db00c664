/* Quoting, where a word has more than what every shell takes literally. */

#include "lib/shell.h"

#include <ctype.h>
#include <string.h>

int shell_append_word(struct buffer *ret, const char *word)
{
    static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "%+,-./:=@_";
    if (word[strspn(word, safe)] == '\0')
        return buffer_append_text(ret, word);
    int r = buffer_append_text(ret, "'");
    for (const char *p = word; *p && r == 0; p++)
        r = *p == '\'' ? buffer_append_text(ret, "'\\''") : buffer_append(ret, p, 1);
    return r < 0 ? r : buffer_append_text(ret, "'");
}

int shell_append_path(struct buffer *ret, const char *path)
{
    bool plain = *path != '\0';
    for (const char *p = path; *p; p++)
        plain = plain && (isalnum((unsigned char) *p) || strchr("/._-+,:=@%*", *p));
    if (plain)
        return buffer_append_text(ret, path);
    int r = buffer_append_text(ret, "$'");
    for (const char *p = path; r == 0 && *p; p++) {
        unsigned char c = (unsigned char) *p;
        r = c < ' ' || c >= 0x7f     ? buffer_printf(ret, "\\%03o", c)
            : c == '\'' || c == '\\' ? buffer_printf(ret, "\\%c", c)
                                     : buffer_append(ret, p, 1);
    }
    return r < 0 ? r : buffer_append_text(ret, "'");
}
