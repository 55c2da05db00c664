/* SPDX-License-Identifier: MIT */
/* `remove`, perhaps years later and by another version, has to bring back what was there before us.
 * What it needs for that is here: a backup for each file, a list of the directories that we made,
 * an empty mark for each hook that is due. A backup can hold passwords of others: mode 0600. */

#include "outputs/state.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "files/atomic.h"
#include "files/leftover.h"
#include "files/paths.h"
#include "lib/array.h"
#include "lib/lines.h"
#include "lib/memory.h"

/* Names on disk: another version of the agent may have written them. */
#define DIRECTORIES   PATH_STATE "/folders"
#define BACKUP_SUFFIX ".kept"
#define HOOK_SUFFIX   ".due"

enum { DIRECTORIES_SIZE_MAX = 64 * 1024 };

/* The backup of "/etc/a/b" is PATH_STATE/etc-a-b.kept */
static char *backup_path(const char *path)
{
    _cleanup_buffer_ struct buffer name = { 0 };
    if (buffer_printf(&name, PATH_STATE "/%s" BACKUP_SUFFIX, path + 1) < 0)
        return NULL;
    for (char *p = name.data + strlen(PATH_STATE) + 1; *p; p++)
        if (*p == '/')
            *p = '-';
    return buffer_take(&name);
}

int state_read_backup(const struct tree *tree, const char *path, struct content *ret)
{
    _cleanup_mem_ char *backup = backup_path(path);
    if (!backup)
        return -ENOMEM;
    int r = tree_read(tree, backup, OUTPUT_FILE_SIZE_MAX, &ret->bytes, NULL);
    ret->exists = r == 0;
    return r == -ENOENT ? 0 : r;
}

int state_sweep(const struct tree *tree, const char *path, struct strings *told)
{
    _cleanup_mem_ char *backup = backup_path(path);
    return backup ? leftover_sweep(tree, backup, told) : -ENOMEM;
}

int state_write_backup(const struct tree *tree, const char *path, const struct content *content)
{
    _cleanup_mem_ char *backup = backup_path(path);
    if (!backup)
        return -ENOMEM;
    if (!content->exists)
        return atomic_remove(tree, backup, NULL);
    int r = state_note_directories(tree, backup);
    return r < 0 ? r : atomic_write(tree, backup, &content->bytes, 0600, NULL);
}

static char *hook_path(const char *output)
{
    _cleanup_buffer_ struct buffer path = { 0 };
    int r = buffer_printf(&path, PATH_STATE "/%s" HOOK_SUFFIX, output);
    return r < 0 ? NULL : buffer_take(&path);
}

int state_mark_hook(const struct tree *tree, const char *output)
{
    static const struct buffer empty;
    _cleanup_mem_ char *path = hook_path(output);
    if (!path)
        return -ENOMEM;
    int r = state_note_directories(tree, path);
    return r < 0 ? r : atomic_write(tree, path, &empty, 0600, NULL);
}

int state_has_hook(const struct tree *tree, const char *output)
{
    _cleanup_mem_ char *path = hook_path(output);
    return path ? tree_exists(tree, path) : -ENOMEM;
}

int state_clear_hook(const struct tree *tree, const char *output)
{
    _cleanup_mem_ char *path = hook_path(output);
    return path ? atomic_remove(tree, path, NULL) : -ENOMEM;
}

static int read_directories(const struct tree *tree, struct strings *ret)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    int r = tree_read(tree, DIRECTORIES, DIRECTORIES_SIZE_MAX, &bytes, NULL);
    if (r < 0)
        return r == -ENOENT ? 0 : r;
    for (struct line line = { 0 }; r == 0 && line_next(&bytes, &line);)
        if (line.length > 0)
            r = strings_append_n(ret, line.text, line.length);
    return r;
}

static int write_directories(const struct tree *tree, const struct strings *directories)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    int r = 0;
    for (size_t i = 0; r == 0 && i < directories->count; i++)
        if (*directories->items[i])
            r = buffer_printf(&bytes, "%s\n", directories->items[i]);
    if (r < 0)
        return r;
    return bytes.size == 0 ? atomic_remove(tree, DIRECTORIES, NULL)
                           : atomic_write(tree, DIRECTORIES, &bytes, 0600, NULL);
}

static bool state_is_own(const char *directory)
{
    return strcmp(directory, PATH_STATE) == 0 || strcmp(directory, PATH_RUN) == 0;
}

/* Appends the directories above a path that are missing, except our own; the outermost first. */
static int append_missing(const struct tree *tree, const char *path, struct strings *directories)
{
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        _cleanup_mem_ char *directory = mem_strndup(path, (size_t) (slash - path));
        if (!directory)
            return -ENOMEM;
        _cleanup_close_ int fd = tree_open_path(tree, directory, O_PATH);
        if (fd < 0 && fd != -ENOENT)
            return fd;
        int r = fd < 0 && !state_is_own(directory) ? strings_add_unique(directories, directory) : 0;
        if (r < 0)
            return r;
    }
    return 0;
}

int state_note_directories(const struct tree *tree, const char *path)
{
    _cleanup_strings_ struct strings directories = { 0 };
    int r = read_directories(tree, &directories);
    if (r < 0)
        return r;
    size_t before = directories.count;
    r = append_missing(tree, path, &directories);
    if (r < 0 || directories.count == before)
        return r;
    /* The list needs a directory itself. */
    r = append_missing(tree, DIRECTORIES, &directories);
    return r < 0 ? r : write_directories(tree, &directories);
}

/* Whether a directory is one above ours, which stays as long as ours does. */
static bool state_is_above(const char *directory)
{
    size_t length = strlen(directory);
    return strncmp(PATH_STATE, directory, length) == 0 && PATH_STATE[length] == '/';
}

/* Whether a directory stays because others use its name: it has files, is a mount point, is none,
 * or another user has the one above it. */
static bool is_in_use(int r)
{
    static const int reasons[] = { ENOTEMPTY, EEXIST, EBUSY, ENOTDIR, ENOLINK, EROFS };
    for (size_t i = 0; i < ELEMENTSOF(reasons); i++)
        if (r == -reasons[i])
            return true;
    return false;
}

/* Removes the directories that are empty, the innermost first, also from the list, where "" stands
 * in their place. Those that others use stay. 1 when any is gone; 0; or a negative errno. */
static int remove_empty(const struct tree *tree, const struct strings *directories)
{
    int result = 0;
    for (size_t i = directories->count; i-- > 0;) {
        int r = *directories->items[i] ? tree_remove_directory(tree, directories->items[i])
                                       : -ENOTEMPTY;
        if (r == 0 || r == -ENOENT) {
            *directories->items[i] = '\0';
            result = result < 0 ? result : 1;
        } else if (!is_in_use(r))
            result = r;
    }
    return result;
}

/* Whether there is anything left to remember. */
static int is_needed(const struct tree *tree, const struct strings *directories, bool *ret)
{
    static const char *const suffixes[] = { BACKUP_SUFFIX, HOOK_SUFFIX, FACTS_SUFFIX };
    _cleanup_strings_ struct strings files = { 0 };
    for (size_t i = 0; i < ELEMENTSOF(suffixes); i++) {
        int r = tree_list(tree, PATH_STATE, suffixes[i], &files);
        if (r < 0)
            return r;
    }
    *ret = files.count > 0;
    for (size_t i = 0; i < directories->count; i++)
        *ret |= *directories->items[i] && !state_is_above(directories->items[i]);
    return 0;
}

int state_cleanup(const struct tree *tree)
{
    _cleanup_strings_ struct strings directories = { 0 };
    bool needed = false;
    int r = read_directories(tree, &directories);
    if (r < 0)
        return r;
    (void) tree_remove_directory(tree, PATH_RUN); /* not empty while something is in use there */
    int removed = remove_empty(tree, &directories);
    r = is_needed(tree, &directories, &needed);
    if (r < 0)
        return r;
    if (needed)
        return removed <= 0 ? removed : write_directories(tree, &directories);
    r = atomic_remove(tree, DIRECTORIES, NULL);
    if (r < 0)
        return r;
    r = tree_remove_directory(tree, PATH_STATE);
    /* In the unit it is systemd's, on a file system that is else read-only, and stays. */
    if (r < 0 && !is_in_use(r) && r != -ENOENT && r != -EROFS)
        return r;
    r = remove_empty(tree, &directories);
    return r < 0 ? r : 0;
}
