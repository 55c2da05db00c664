/* SPDX-License-Identifier: MIT */
/* The mode of a file of others is theirs, and stays: that it now shows a password is told. */

#include "outputs/logins.h"

#include <errno.h>
#include <string.h>

#include "files/readers.h"
#include "lib/memory.h"
#include "lib/shell.h"

static const char *const shown_to[] = {
    [READERS_OWNER] = NULL,
    [READERS_GROUP] = "its group",
    [READERS_ACL] = "those whom its ACL names",
    [READERS_ALL] = "every user",
};

/* Whether the file has a login for the proxy in one of its values. 1, 0 or -ENOMEM. */
static int logins_are_in(const struct output_result *result)
{
    const struct buffer *bytes = &result->after.bytes;
    if (!result->file->get)
        return bytes->size > 0 && memchr(bytes->data, '@', bytes->size);
    for (const char *const *name = result->file->logins; name && *name; name++) {
        _cleanup_mem_ char *value = NULL;
        int r = result->file->get(bytes, *name, &value);
        if (r == -ENOMEM)
            return r;
        if (r == 0 && strchr(value, '@'))
            return 1;
    }
    return 0;
}

static int warn_login(const struct output_request *request, const struct output_result *result,
    const char *whom, struct strings *warnings)
{
    const struct output_file *file = result->file;
    _cleanup_buffer_ struct buffer path = { 0 }, word = { 0 };
    if (buffer_printf(&path, "%s%s", request->tree->path, file->path) < 0 ||
        shell_append_path(&word, path.data) != 0)
        return -ENOMEM;
    return strings_printf(warnings, "%s: shows the login for the proxy to %s: chmod 0600 %s%s%s",
        path.data, whom, word.data, *file->private_cost ? "; " : "", file->private_cost);
}

static int warn_unseen(const struct output_request *request, const struct output_file *file, int r,
    struct strings *warnings)
{
    if (r == -ENOMEM)
        return r;
    return strings_printf(warnings,
        "%s%s: has the login for the proxy, and who can read it cannot be seen: %s",
        request->tree->path, file->path, tree_reason(r));
}

int logins_warn(const struct output_request *request, const struct output_results *results,
    struct strings *warnings)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct output_result *result = &results->items[i];
        const struct output_file *file = result->file;
        if (!file->private_cost || !result->is_wanted || result->failure < 0 ||
            !result->after.exists)
            continue;
        enum file_readers readers = READERS_OWNER;
        int unseen = file_readers(request->tree, file->path, file->mode, &readers);
        const char *whom = shown_to[readers];
        int r = whom || unseen < 0 ? logins_are_in(result) : 0;
        if (r > 0)
            r = unseen < 0 ? warn_unseen(request, file, unseen, warnings)
                           : warn_login(request, result, whom, warnings);
        if (r < 0)
            return r;
    }
    return 0;
}
