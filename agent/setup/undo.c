/* SPDX-License-Identifier: MIT */
/* `remove` and `seal` leave the tree as it was before the first run: outputs that want nothing take
 * back what they wrote, and the rest is in two directories of our own. */

#include "setup/undo.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "files/lock.h"
#include "files/walk.h"
#include "instance/facts_file.h"
#include "lib/array.h"
#include "outputs/remedy.h"
#include "outputs/writer.h"
#include "setup/kept.h"
#include "setup/manager_environment.h"
#include "setup/trust.h"

/* One directory of ours while it is emptied. */
struct emptying {
    const struct tree *tree;
    struct error *err;
    int failure; /* the first one */
};

static void note(struct emptying *emptying, const char *path, int r)
{
    if (emptying->failure < 0 || r == -ENOENT)
        return;
    emptying->failure = error_set(emptying->err, error_file_status(r), r,
        "%s%s: cannot be removed: %s", emptying->tree->path, path, tree_reason(r));
    remedy_append(emptying->tree, path, r, emptying->err);
}

/* A backup that outputs_write() has left there holds a part of somebody's file, and which file that
 * was is not known any more. */
static bool is_backup(const char *path)
{
    static const char end[] = ".kept";
    size_t length = strlen(path);
    return strncmp(path, PATH_STATE "/", strlen(PATH_STATE "/")) == 0 && length > strlen(end) &&
           strcmp(path + length - strlen(end), end) == 0;
}

static void spare(struct emptying *emptying, const char *path)
{
    if (emptying->failure == 0)
        emptying->failure = error_set(emptying->err, EX_IOERR, -ENOTEMPTY,
            "%s%s: is a backup of another program's file, and of which one is not known: restore "
            "it "
            "by hand, then delete the backup",
            emptying->tree->path, path);
}

static int empty_entry(const struct walk_entry *entry, void *data)
{
    struct emptying *emptying = data;
    int flags = entry->event == WALK_LEAVE ? AT_REMOVEDIR : 0;
    if (strcmp(entry->path, LOCK_FILE) == 0)
        return 0; /* it is held, and the last to go */
    if (entry->event == WALK_FAILED)
        note(emptying, entry->path, entry->failure);
    else if (entry->event == WALK_FILE && is_backup(entry->path))
        spare(emptying, entry->path);
    else if (entry->event != WALK_ENTER && unlinkat(entry->directory, entry->name, flags) < 0)
        note(emptying, entry->path, -errno);
    return 0;
}

static int remove_directory(const struct tree *tree, const char *path, struct error *err)
{
    struct emptying emptying = { .tree = tree, .err = err };
    int r = walk_tree(tree, path, WALK_STAY, empty_entry, &emptying);
    if (r == 0 && emptying.failure == 0)
        r = tree_remove_directory(tree, path);
    if (r < 0 && r != -ENOTEMPTY)
        note(&emptying, path, r);
    return emptying.failure;
}

static int remove_traces(const struct tree *tree, struct error *err)
{
    static const char *const directories[] = { PATH_STATE, PATH_RUN };
    int r = 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(directories); i++)
        r = remove_directory(tree, directories[i], err);
    return r;
}

/* What is ours alone: what AWS gave for this boot in any case, as a password can be with it; the
 * rest only where all before went well. The first failure. */
static int remove_ours(
    const struct tree *tree, enum undo_extent extent, int before, struct error *err)
{
    int r = remove_directory(tree, PATH_FETCHED, before < 0 ? NULL : err);
    if (before < 0 || r < 0)
        return before < 0 ? before : r;
    return extent == UNDO_ALL ? remove_traces(tree, err) : 0;
}

static int clear_leftovers(
    const struct tree *tree, struct output_results *results, struct error *err)
{
    int r = outputs_sweep(tree, results, err);
    if (r == 0 && trust_sweep(tree, &results->leftovers) < 0)
        r = error_no_memory(err);
    return r;
}

int setup_undo(const struct tree *tree, enum undo_extent extent, bool dry_run,
    struct output_results *results, struct error *err)
{
    static const struct environment none;
    const struct output_request request = { .tree = tree, .environment = &none };
    _cleanup_lock_ struct lock lock = { .fd = -1 };
    int r = dry_run ? 0 : lock_take(tree, LOCK_WAIT_MS, &lock, err);
    if (r < 0)
        return r;
    if (!dry_run)
        r = clear_leftovers(tree, results, err);
    if (r == 0)
        r = outputs_plan(&request, results, err);
    if (dry_run)
        return r < 0 ? r : outputs_failure(results, err);
    int removed = facts_file_remove(tree), forgot = kept_remove(tree);
    if (r == 0)
        r = outputs_write(&request, results, err);
    if (r == 0 && removed < 0)
        r = error_set(err, error_file_status(removed), removed,
            "%s" PATH_FACTS ": cannot be removed: %s", tree->path, tree_reason(removed));
    if (r == 0 && forgot < 0)
        r = error_set(err, error_file_status(forgot), forgot,
            "%s" PATH_KEPT ": cannot be removed: %s", tree->path, tree_reason(forgot));
    if (manager_refresh(tree) < 0 && r == 0)
        r = error_no_memory(err);
    r = remove_ours(tree, extent, r, err);
    lock_remove(tree);
    return r;
}
