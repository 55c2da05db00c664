/* SPDX-License-Identifier: MIT */
/* The vendor, this boot and the administrator can all give settings: which files are read, in which
 * order, and which of two namesakes counts. */

#include "settings/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "files/paths.h"
#include "lib/array.h"
#include "lib/memory.h"
#include "settings/file.h"

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

/* Adds a path, or puts it in the place of its namesake. The index has the names. */
static int search_path_put(struct strings *paths, struct hash_index *names, const char *path)
{
    const uint64_t hash = hash_bytes(name_of(path), strlen(name_of(path)));
    for (size_t slot = HASH_BEGIN, i; hash_index_next(names, hash, &slot, &i);) {
        if (i >= paths->count || strcmp(name_of(paths->items[i]), name_of(path)) != 0)
            continue;
        char *copy = mem_strdup(path);
        if (!copy)
            return -ENOMEM;
        mem_free(paths->items[i]);
        paths->items[i] = copy;
        return 0;
    }
    int r = strings_append(paths, path);
    return r < 0 ? r : hash_index_add(names, hash, paths->count - 1);
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

/* Appends the files of one directory: config.json, and the drop-ins, unordered. The lists may be
 * one.
 */
static int find_files(const struct tree *tree, const char *directory, struct strings *main,
    struct strings *drop_ins, struct error *err)
{
    _cleanup_strings_ struct strings names = { 0 };
    _cleanup_buffer_ struct buffer file = { 0 }, config_d = { 0 };
    if (buffer_printf(&file, "%s/config.json", directory) < 0 ||
        buffer_printf(&config_d, "%s/config.d", directory) < 0)
        return error_no_memory(err);
    int r = exists(tree, file.data);
    if (r < 0)
        return settings_refuse_unreadable(tree, file.data, r, err);
    if (r > 0 && strings_append(main, file.data) < 0)
        return error_no_memory(err);
    r = tree_list(tree, config_d.data, ".json", &names);
    if (r < 0)
        return settings_refuse_unreadable(tree, config_d.data, r, err);
    for (size_t i = 0; i < names.count; i++)
        if (strings_printf(drop_ins, "%s/%s", config_d.data, names.items[i]) < 0)
            return error_no_memory(err);
    return 0;
}

/* Appends the paths; one takes the place of its namesake. */
static int put_all(const struct strings *from, struct strings *paths, struct hash_index *names)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < from->count; i++)
        r = search_path_put(paths, names, from->items[i]);
    return r;
}

static int load_directories(const struct tree *tree, const char *const directories[], size_t count,
    struct settings *settings, struct error *err)
{
    _cleanup_strings_ struct strings main = { 0 }, drop_ins = { 0 };
    struct hash_index mains = { 0 }, names = { 0 };
    int r = 0;
    for (size_t i = 0; r == 0 && i < count; i++) {
        _cleanup_strings_ struct strings file = { 0 }, found = { 0 };
        r = find_files(tree, directories[i], &file, &found, err);
        if (r == 0 && (put_all(&file, &main, &mains) < 0 || put_all(&found, &drop_ins, &names) < 0))
            r = error_no_memory(err);
    }
    hash_index_free(&mains);
    hash_index_free(&names);
    if (r < 0)
        return r;
    if (drop_ins.count > 1)
        qsort(drop_ins.items, drop_ins.count, sizeof(*drop_ins.items), compare_names);
    const struct strings *order[] = { &main, &drop_ins };
    for (size_t o = 0; o < 2; o++)
        for (size_t i = 0; r == 0 && i < order[o]->count; i++)
            r = settings_file_load(tree, order[o]->items[i], settings, err);
    return r;
}

static int load_given(const char *config, struct settings *settings, struct error *err)
{
    _cleanup_free_ char *path = realpath(config, NULL);
    _cleanup_tree_ struct tree host = { .fd = -1 };
    if (!path && errno == ENOMEM)
        return error_no_memory(err);
    if (!path)
        return error_set(err, settings_unreadable_status(-errno), -errno, "--config %s: %s", config,
            strerror(errno));
    int r = tree_open("/", &host, err);
    if (r < 0)
        return r;
    struct stat status;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return load_directories(&host, &(const char *){ path }, 1, settings, err);
    return settings_file_load(&host, path, settings, err);
}

int settings_load(
    const struct tree *tree, const char *config, struct settings *settings, struct error *err)
{
    if (config)
        return load_given(config, settings, err);
    return load_directories(tree, search_path, ELEMENTSOF(search_path), settings, err);
}

int settings_files(const struct tree *tree, struct strings *paths, struct error *err)
{
    int result = 0;
    for (size_t i = 0; i < ELEMENTSOF(search_path); i++) {
        int r = find_files(tree, search_path[i], paths, paths, result < 0 ? NULL : err);
        if (r == -ENOMEM)
            return r;
        if (result == 0)
            result = r;
    }
    return result;
}
