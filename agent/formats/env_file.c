/* What systemd would read differently from what was written is found here, before a service starts
 * with it. A value with quotes, backslashes or blanks is never one that we wrote. */

#include "formats/env_file.h"

#include <errno.h>
#include <string.h>

#include "formats/variables.h"
#include "lib/memory.h"

static int env_file_get(const struct buffer *file, const char *name, char **ret)
{
    _cleanup_mem_ char *value = NULL;
    int r = variables_get(file, "", name, "=", "", &value);
    if (r < 0)
        return r;
    if (strpbrk(value, "\"'\\ \t\r"))
        return -ENOENT;
    *ret = TAKE_PTR(value);
    return 0;
}

int env_file_verify(
    const struct environment *environment, const struct content *content, struct error *err)
{
    return variables_verify(environment, content, "systemd", env_file_get, err);
}
