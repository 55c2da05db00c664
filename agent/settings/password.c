/* SPDX-License-Identifier: MIT */
/* The proxy password stands in a file of its own: a systemd credential, or a file only root can
 * read. */

#include "settings/settings.h"

#include <ctype.h>
#include <errno.h>

#include "lib/memory.h"
#include "lib/redact.h"
#include "settings/file.h"

enum { PASSWORD_SIZE_MAX = 4096 };

int settings_read_password(
    const struct tree *tree, const struct settings *settings, char **ret, struct error *err)
{
    const char *path = settings->proxy_password_file;
    char shown[REDACTED_MAX]; /* where nothing is, it may be the password itself */
    *ret = NULL;
    if (!path)
        return 0;
    _cleanup_buffer_ struct buffer text = { 0 };
    int r = tree_read(tree, path, PASSWORD_SIZE_MAX, &text, NULL);
    if (r < 0) {
        bool is_path = tree_exists(tree, path) > 0;
        r = settings_refuse_unreadable(tree, is_path ? path : redact_path_to(path, shown), r, err);
        error_prefix(err, "proxy.password_file: ");
        return r;
    }
    size_t length = text.size;
    if (length > 0 && text.data[length - 1] == '\n')
        length--;
    if (length > 0 && text.data[length - 1] == '\r')
        length--;
    for (size_t i = 0; i < length; i++)
        if (iscntrl((unsigned char) text.data[i]))
            return error_set(err, EX_CONFIG, -EINVAL,
                "proxy.password_file: %s%s: has more than one line, or a control character: write "
                "the password alone into it",
                tree->path, path);
    if (length == 0)
        return error_set(err, EX_CONFIG, -EINVAL,
            "proxy.password_file: %s%s: is empty: write the password into it", tree->path, path);
    *ret = mem_strndup(text.data, length);
    return *ret ? 0 : error_no_memory(err);
}
