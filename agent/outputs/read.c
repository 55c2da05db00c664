/* SPDX-License-Identifier: MIT */
/* More than one command needs what this machine has now. Which files say so, and in which format,
 * is known here only. */

#include "outputs/read.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "files/answer.h"
#include "files/paths.h"
#include "formats/pam_env.h"
#include "lib/array.h"
#include "lib/memory.h"
#include "outputs/output.h"

static int get_either(const struct buffer *file, const char *name, char **ret)
{
    int r = pam_env_get(file, name, ret);
    if (r != -ENOENT)
        return r;
    _cleanup_mem_ char *upper = mem_strdup(name);
    if (!upper)
        return -ENOMEM;
    for (char *p = upper; *p; p++)
        *p = (char) toupper((unsigned char) *p);
    return pam_env_get(file, upper, ret);
}

static const char *const files[] = { PATH_ENV_FILE, "/etc/environment" };

/* 0 and *ret; -ENOENT where the file does not set it; or another negative errno. */
static int read_from(const struct tree *tree, const char *path, const char *name, char **ret)
{
    _cleanup_buffer_ struct buffer file = { 0 };
    int r = tree_read(tree, path, OUTPUT_FILE_SIZE_MAX, &file, NULL);
    return r < 0 ? r : get_either(&file, name, ret);
}

int outputs_read_variable(const struct tree *tree, const char *name, char **ret, struct error *err)
{
    *ret = NULL;
    for (size_t i = 0; i < ELEMENTSOF(files); i++) {
        int r = read_from(tree, files[i], name, ret);
        if (r == 0)
            return 0;
        if (r == -ENOMEM)
            return error_no_memory(err);
        if (r != -ENOENT)
            return error_set(
                err, error_file_status(r), r, "%s%s: %s", tree->path, files[i], tree_reason(r));
    }
    return 0;
}

int outputs_list_values(const struct tree *tree, const char *name, struct strings *values)
{
    for (size_t i = 0; i < ELEMENTSOF(files); i++) {
        _cleanup_mem_ char *value = NULL;
        int r = read_from(tree, files[i], name, &value);
        if (r == 0)
            r = strings_add_unique(values, value);
        if (file_answer(r) < 0)
            return r;
    }
    return 0;
}
