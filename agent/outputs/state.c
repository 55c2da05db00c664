/* A file per file, and a list of folders. All of it can hold passwords of others: mode 0600. */

#include "outputs/state.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "files/atomic.h"
#include "files/paths.h"
#include "lib/lines.h"
#include "lib/memory.h"

#define FOLDERS PATH_STATE "/folders"
#define KEPT    ".kept"

enum { SIZE_MAX_KEPT = 64 * 1024 * 1024, SIZE_MAX_FOLDERS = 64 * 1024 };

/* "/etc/a/b" is kept as PATH_STATE/etc-a-b.kept */
static char *path_of(const char *path)
{
    _cleanup_buffer_ struct buffer name = { 0 };
    if (buffer_printf(&name, PATH_STATE "/%s" KEPT, path + 1) < 0)
        return NULL;
    for (char *p = name.data + strlen(PATH_STATE) + 1; *p; p++)
        if (*p == '/')
            *p = '-';
    return buffer_take(&name);
}

int state_read_backup(const struct tree *tree, const char *path, struct content *ret)
{
    _cleanup_mem_ char *kept = path_of(path);
    if (!kept)
        return -ENOMEM;
    int r = tree_read(tree, kept, SIZE_MAX_KEPT, &ret->bytes, NULL);
    ret->exists = r == 0;
    return r == -ENOENT ? 0 : r;
}

void state_remove_leftover(const struct tree *tree, const char *path)
{
    _cleanup_mem_ char *kept = path_of(path);
    if (kept)
        atomic_remove_leftover(tree, kept);
}

int state_write_backup(const struct tree *tree, const char *path, const struct content *content)
{
    _cleanup_mem_ char *kept = path_of(path);
    if (!kept)
        return -ENOMEM;
    if (!content->exists)
        return atomic_remove(tree, kept, NULL);
    int r = state_note_directories(tree, kept);
    return r < 0 ? r : atomic_write(tree, kept, &content->bytes, 0600, NULL);
}

static int read_folders(const struct tree *tree, struct strings *ret)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    int r = tree_read(tree, FOLDERS, SIZE_MAX_FOLDERS, &bytes, NULL);
    if (r < 0)
        return r == -ENOENT ? 0 : r;
    for (struct line line = { 0 }; r == 0 && line_next(&bytes, &line);)
        if (line.length > 0)
            r = strings_append_n(ret, line.text, line.length);
    return r;
}

static int write_folders(const struct tree *tree, const struct strings *folders)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    int r = 0;
    for (size_t i = 0; r == 0 && i < folders->count; i++)
        if (*folders->items[i])
            r = buffer_printf(&bytes, "%s\n", folders->items[i]);
    if (r == 0 && bytes.size == 0)
        return atomic_remove(tree, FOLDERS, NULL);
    return r < 0 ? r : atomic_write(tree, FOLDERS, &bytes, 0600, NULL);
}

static bool state_is_own(const char *folder)
{
    return strcmp(folder, PATH_STATE) == 0 || strcmp(folder, PATH_RUN) == 0;
}

/* Appends the folders above a path that are missing, but for our own; the outermost first. */
static int append_missing(const struct tree *tree, const char *path, struct strings *folders)
{
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        _cleanup_mem_ char *folder = mem_strndup(path, (size_t) (slash - path));
        if (!folder)
            return -ENOMEM;
        _cleanup_close_ int fd = tree_open_path(tree, folder, O_PATH);
        if (fd < 0 && fd != -ENOENT)
            return fd;
        int r = fd < 0 && !state_is_own(folder) ? strings_add_unique(folders, folder) : 0;
        if (r < 0)
            return r;
    }
    return 0;
}

int state_note_directories(const struct tree *tree, const char *path)
{
    _cleanup_strings_ struct strings folders = { 0 };
    int r = read_folders(tree, &folders);
    size_t before = folders.count;
    if (r == 0)
        r = append_missing(tree, path, &folders);
    if (r < 0 || folders.count == before)
        return r;
    /* The list needs a folder itself. */
    r = append_missing(tree, FOLDERS, &folders);
    return r < 0 ? r : write_folders(tree, &folders);
}

/* Whether a folder is one above ours, which stays as long as ours does. */
static bool state_is_above(const char *folder)
{
    size_t length = strlen(folder);
    return strncmp(PATH_STATE, folder, length) == 0 && PATH_STATE[length] == '/';
}

/* Whether a folder stays because others use its name: it has files, is a mount point, or is none.
 */
static bool is_in_use(int r)
{
    return r == -ENOTEMPTY || r == -EEXIST || r == -EBUSY || r == -ENOTDIR;
}

/* Removes the folders that are empty, the innermost first, also from the list, where "" stands in
 * their place. Those that others use stay. 1 when any is gone; 0; or a negative errno. */
static int remove_empty(const struct tree *tree, const struct strings *folders)
{
    int result = 0;
    for (size_t i = folders->count; i-- > 0;) {
        int r = *folders->items[i] ? tree_remove_directory(tree, folders->items[i]) : -ENOTEMPTY;
        if (r == 0 || r == -ENOENT) {
            *folders->items[i] = '\0';
            result = result < 0 ? result : 1;
        } else if (!is_in_use(r))
            result = r;
    }
    return result;
}

/* Whether there is anything left to remember. */
static int is_needed(const struct tree *tree, const struct strings *folders, bool *ret)
{
    _cleanup_strings_ struct strings kept = { 0 };
    int r = tree_list(tree, PATH_STATE, KEPT, &kept);
    *ret = kept.count > 0;
    for (size_t i = 0; i < folders->count; i++)
        *ret |= *folders->items[i] && !state_is_above(folders->items[i]);
    return r;
}

int state_cleanup(const struct tree *tree)
{
    _cleanup_strings_ struct strings folders = { 0 };
    bool needed = false;
    int r = read_folders(tree, &folders);
    if (r < 0)
        return r;
    (void) tree_remove_directory(tree, PATH_RUN); /* not empty while something is in use there */
    int removed = remove_empty(tree, &folders);
    r = is_needed(tree, &folders, &needed);
    if (r < 0)
        return r;
    if (needed)
        return removed <= 0 ? removed : write_folders(tree, &folders);
    r = atomic_remove(tree, FOLDERS, NULL);
    if (r < 0)
        return r;
    r = tree_remove_directory(tree, PATH_STATE);
    if (r < 0 && !is_in_use(r) && r != -ENOENT)
        return r;
    r = remove_empty(tree, &folders);
    return r < 0 ? r : 0;
}
