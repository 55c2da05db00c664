/* Where the configuration is looked for, and in which order it is merged. */

#include "settings/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "files/paths.h"
#include "lib/array.h"
#include "lib/memory.h"
#include "settings/file.h"
#include "settings/keys.h"

/* In this order, as systemd's: what the vendor ships, this boot, the administrator. */
static const char *const search_path[] = {
    PATH_VENDOR,
    PATH_RUN,
    PATH_ADMIN,
};

static const char *name_of(const char *path)
{
    return strrchr(path, '/') + 1;
}

/* Adds a path, or puts it in the place of its namesake. */
static int search_path_put(struct strings *paths, const char *path)
{
    for (size_t i = 0; i < paths->count; i++) {
        if (strcmp(name_of(paths->items[i]), name_of(path)) != 0)
            continue;
        char *copy = mem_strdup(path);
        if (!copy)
            return -ENOMEM;
        mem_free(paths->items[i]);
        paths->items[i] = copy;
        return 0;
    }
    return strings_append(paths, path);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(name_of(*(char *const *) a), name_of(*(char *const *) b));
}

/* 1, 0, or a negative errno. */
static int exists(const struct tree *tree, const char *path)
{
    _cleanup_close_ int fd = tree_open_path(tree, path, O_PATH | O_NOFOLLOW);
    return fd >= 0 ? 1 : fd == -ENOENT ? 0 : fd;
}

/* Finds the files of one folder: config.json, and the drop-ins. */
static int search_path_find(const struct tree *tree, const char *folder, struct strings *main,
    struct strings *drop_ins, struct error *err)
{
    _cleanup_strings_ struct strings names = { 0 }, paths = { 0 };
    if (strings_printf(&paths, "%s/config.json", folder) < 0 ||
        strings_printf(&paths, "%s/config.d", folder) < 0)
        return error_no_memory(err);
    int r = exists(tree, paths.items[0]);
    if (r < 0)
        return settings_refuse_unreadable(tree, paths.items[0], r, err);
    if (r > 0 && search_path_put(main, paths.items[0]) < 0)
        return error_no_memory(err);
    r = tree_list(tree, paths.items[1], ".json", &names);
    if (r < 0)
        return settings_refuse_unreadable(tree, paths.items[1], r, err);
    for (size_t i = 0; i < names.count; i++)
        if (strings_printf(&paths, "%s/%s", paths.items[1], names.items[i]) < 0 ||
            search_path_put(drop_ins, paths.items[paths.count - 1]) < 0)
            return error_no_memory(err);
    return 0;
}

static int load_folders(const struct tree *tree, const char *const folders[], size_t count,
    const struct strings *outputs, struct settings *settings, struct error *err)
{
    _cleanup_strings_ struct strings main = { 0 }, drop_ins = { 0 };
    int r = 0;
    for (size_t i = 0; r == 0 && i < count; i++)
        r = search_path_find(tree, folders[i], &main, &drop_ins, err);
    if (r == 0 && drop_ins.count > 1)
        qsort(drop_ins.items, drop_ins.count, sizeof(*drop_ins.items), compare_names);
    const struct strings *order[] = { &main, &drop_ins };
    for (size_t o = 0; o < 2; o++)
        for (size_t i = 0; r == 0 && i < order[o]->count; i++)
            r = settings_file_load(tree, order[o]->items[i], outputs, settings, err);
    return r;
}

static int load_given(
    const char *config, const struct strings *outputs, struct settings *settings, struct error *err)
{
    _cleanup_free_ char *path = realpath(config, NULL);
    _cleanup_tree_ struct tree host = { .fd = -1 };
    if (!path)
        return error_set(err, errno == EACCES ? EX_NOPERM : EX_CONFIG, -errno, "--config %s: %s",
            config, strerror(errno));
    int r = tree_open("/", &host, err);
    if (r < 0)
        return r;
    struct stat status;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return load_folders(&host, &(const char *){ path }, 1, outputs, settings, err);
    return settings_file_load(&host, path, outputs, settings, err);
}

int settings_load(const struct tree *tree, const char *config, const struct strings *outputs,
    struct settings *settings, struct error *err)
{
    if (config)
        return load_given(config, outputs, settings, err);
    return load_folders(tree, search_path, ELEMENTSOF(search_path), outputs, settings, err);
}

int settings_set_option(struct settings *settings, const char *name, const char *key,
    const char *value, struct error *err)
{
    int r = key_set_text(key_find(key), value, settings, err);
    if (r < 0)
        error_prefix(err, "%s: ", name);
    return r;
}
