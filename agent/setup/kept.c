/* SPDX-License-Identifier: MIT */
/* The record is written last and removed first: without it, or with that of another machine, the
 * other files do not count. */

#include "setup/kept.h"

#include <errno.h>
#include <string.h>

#include "files/atomic.h"
#include "files/paths.h"
#include "instance/machine.h"
#include "lib/array.h"
#include "lib/log.h"
#include "lib/memory.h"
#include "outputs/state.h"
#include "settings/fetched.h"

enum { KEPT_FILE_MAX = 1024 * 1024 };

int kept_is_needed(const struct setup *setup)
{
    _cleanup_fetched_record_ struct fetched_record record = { 0 };
    _cleanup_mem_ char *machine = NULL;
    if (!setup->settings.remote_keep || tree_exists(&setup->tree, PATH_FETCHED_SETTINGS) != 0)
        return 0;
    int r = fetched_record_read(&setup->tree, PATH_KEPT_RECORD, &record);
    if (r < 0)
        return r == -ENOMEM ? r : 0;
    r = machine_identify(&setup->tree, &machine);
    if (r < 0 || !machine || !record.machine)
        return r == -ENOMEM ? r : 0;
    bool is_ours = strcmp(machine, record.machine) == 0;
    if (!is_ours)
        log_info("%s" PATH_KEPT " is of another machine: not used", setup->tree.path);
    return is_ours;
}

/* The bytes of a file; none where there is none. 0 or a negative errno. */
static int read_kept_file(const struct tree *tree, const char *path, struct buffer *ret)
{
    int r = tree_read(tree, path, KEPT_FILE_MAX, ret, NULL);
    return r == -ENOENT ? 0 : r;
}

/* The record of this boot, as that of this machine. 0 or a negative errno. */
static int print_kept_record(const struct tree *tree, char *machine, struct buffer *ret)
{
    _cleanup_fetched_record_ struct fetched_record record = { 0 };
    int r = fetched_record_read(tree, PATH_FETCHED_RECORD, &record);
    if (r < 0)
        return r;
    record.asked_s = 0; /* of no boot */
    mem_free(record.machine);
    record.machine = machine;
    r = fetched_record_print(&record, ret);
    record.machine = NULL;
    return r;
}

/* Whether a file is as it would be. */
static bool is_kept(const struct tree *tree, const char *path, const struct buffer *bytes)
{
    _cleanup_buffer_ struct buffer old = { 0 };
    return read_kept_file(tree, path, &old) == 0 && buffer_equal(&old, bytes);
}

static int write_kept(const struct tree *tree, char *machine)
{
    _cleanup_buffer_ struct buffer settings = { 0 }, ca = { 0 }, record = { 0 };
    const struct {
        const char *path;
        const struct buffer *bytes;
    } files[] = { { PATH_KEPT_CA, &ca }, { PATH_KEPT_SETTINGS, &settings },
        { PATH_KEPT_RECORD, &record } };
    bool is_same = true;
    int r = read_kept_file(tree, PATH_FETCHED_TO_KEEP, &settings);
    if (r == 0)
        r = read_kept_file(tree, PATH_FETCHED_CA, &ca);
    if (r == 0)
        r = print_kept_record(tree, machine, &record);
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(files); i++)
        is_same &= is_kept(tree, files[i].path, files[i].bytes);
    if (r < 0 || is_same)
        return r;
    r = kept_remove(tree);
    if (r == 0)
        r = state_note_directories(tree, PATH_KEPT);
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(files); i++)
        if (files[i].bytes->size > 0)
            r = atomic_write(tree, files[i].path, files[i].bytes, 0600, NULL);
    return r;
}

int kept_remove(const struct tree *tree)
{
    static const char *const paths[] = { PATH_KEPT_RECORD, PATH_KEPT_SETTINGS, PATH_KEPT_CA };
    int r = 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(paths); i++)
        r = atomic_remove(tree, paths[i], NULL);
    if (r == 0)
        r = tree_remove_directory(tree, PATH_KEPT);
    return r == -ENOENT || r == -ENOTEMPTY ? 0 : r;
}

int kept_store(struct setup *setup)
{
    const struct tree *tree = &setup->tree;
    _cleanup_mem_ char *machine = NULL;
    int r = 0;
    if (!setup->reads_fetched)
        return 0;
    if (tree_exists(tree, PATH_FETCHED_TO_KEEP) > 0) {
        r = machine_identify(tree, &machine);
        if (r == 0 && machine)
            r = write_kept(tree, machine);
    } else if (!setup->settings.remote_keep && tree_exists(tree, PATH_KEPT) > 0)
        r = kept_remove(tree);
    return r < 0 && r != -ENOMEM
               ? strings_printf(&setup->warnings,
                     "%s" PATH_KEPT ": cannot be written: %s: a boot on which AWS cannot be asked "
                     "will not have its settings",
                     tree->path, tree_reason(r))
               : r;
}
