/* A mark is there from before the first change until the bundle is as it should be: a run that is
 * killed, or a program that fails, is made up for by the next run. */

#include "setup/trust.h"

#include <errno.h>

#include "files/atomic.h"
#include "files/leftover.h"
#include "files/lock.h"
#include "lib/memory.h"
#include "lib/notify.h"
#include "outputs/state.h"

#define MARK "ca-trust" /* the name of a file, see outputs/state.h */

/* Longer than the store's program may take, with Java's part of it on a slow machine. */
enum { TRUST_MS_MAX = 150000 };

/* What one refresh works on; all borrowed. */
struct refresh {
    const struct tree *tree;
    const struct ca_file *file;
    struct trust_outcome *outcome;
    struct strings *warnings;
    struct error *err;
};

static int trust_refuse(const struct refresh *refresh, const char *path, const char *what, int r)
{
    if (r == -ENOMEM)
        return error_no_memory(refresh->err);
    return error_set(refresh->err, error_file_status(r), r, "%s%s: cannot be %s: %s",
        refresh->tree->path, path, what, tree_reason(r));
}

/* The file with the company's CAs alone. */
static int trust_write_file(const struct refresh *refresh)
{
    const struct tree *tree = refresh->tree;
    _cleanup_buffer_ struct buffer wanted = { 0 }, there = { 0 };
    for (size_t i = 0; i < refresh->file->count; i++)
        if (ca_file_append(&refresh->file->items[i], &wanted) < 0)
            return error_no_memory(refresh->err);
    int r = tree_read(tree, PATH_CA_FILE, CA_FILE_SIZE_MAX, &there, NULL);
    if (r == (wanted.size > 0 ? 0 : -ENOENT) && buffer_equal(&wanted, &there))
        return 0;
    if (wanted.size == 0) {
        r = atomic_remove(tree, PATH_CA_FILE, NULL);
        (void) tree_remove_directory(tree, PATH_CA_DIRECTORY); /* which `seal` forgets */
    } else {
        r = state_note_directories(tree, PATH_CA_FILE);
        if (r == 0)
            r = atomic_write(tree, PATH_CA_FILE, &wanted, 0644, NULL);
    }
    if (r < 0)
        return trust_refuse(refresh, PATH_CA_FILE, wanted.size > 0 ? "written" : "removed", r);
    refresh->outcome->changes.is_begun = true;
    return 0;
}

/* Whether every client can trust each CA of the file. */
static bool trust_is_complete(const struct refresh *refresh, const struct trust_bundle *bundle)
{
    for (size_t i = 0; i < refresh->file->count; i++)
        if (!trust_bundle_has(bundle, &refresh->file->items[i]))
            return false;
    return bundle->broken == 0;
}

/* Whether it still has one that is to go. */
static bool trust_has_removed(const struct refresh *refresh, const struct trust_bundle *bundle)
{
    const struct strings *gone = &refresh->outcome->changes.certificates_removed;
    for (size_t i = 0; i < gone->count; i++)
        if (strings_contains(&bundle->certificates, gone->items[i]))
            return true;
    return false;
}

/* Another file can hold what ours held. */
static int trust_warn_kept(const struct refresh *refresh, const struct trust_bundle *bundle)
{
    const struct trust_store *store = refresh->outcome->store;
    if (!trust_has_removed(refresh, bundle))
        return 0;
    return strings_printf(refresh->warnings,
        "%s%s still has a CA that was taken out of %s: another file brings it, or %s did nothing",
        refresh->tree->path, store->bundle, store->anchors, store->update[0]);
}

/* Says what is wrong with the bundle. */
static int trust_refuse_bundle(const struct refresh *refresh, const struct trust_bundle *bundle)
{
    const struct trust_store *store = refresh->outcome->store;
    const char *root = refresh->tree->path, *program = store->update[0];
    _cleanup_strings_ struct strings broken = { 0 };
    if (bundle->broken == 0)
        return error_set(refresh->err, EX_IOERR, -EBADMSG,
            "%s%s: %s did not add the proxy's CA: run it by hand and see why", root, store->bundle,
            program);
    if (trust_store_find_broken(refresh->tree, store, &broken) < 0)
        return error_no_memory(refresh->err);
    _cleanup_mem_ char *files = broken.count > 0 ? strings_join(&broken, ", ") : NULL;
    return error_set(refresh->err, EX_IOERR, -EBADMSG,
        "%s%s: its block %zu is broken, so most clients trust none of its CAs: %s%s, then run %s",
        root, store->bundle, bundle->broken,
        files ? "mend or remove " : "find the file that brings it", files ? files : "", program);
}

/* Runs the store's program, and looks at what it has made. */
static int trust_update(const struct refresh *refresh)
{
    const struct trust_store *store = refresh->outcome->store;
    _cleanup_trust_bundle_ struct trust_bundle bundle = { 0 };
    notify_status("updating the system's store of CAs");
    int r = trust_store_update(
        store, &refresh->outcome->changes, refresh->outcome->was_due, refresh->err);
    if (r == 0)
        r = trust_bundle_read(refresh->tree, store, &bundle, refresh->err);
    if (r < 0)
        return r;
    if (refresh->file->count > 0 && !trust_is_complete(refresh, &bundle))
        return trust_refuse_bundle(refresh, &bundle);
    refresh->outcome->is_due = false;
    refresh->outcome->has_all = true;
    return trust_warn_kept(refresh, &bundle) < 0 ? error_no_memory(refresh->err) : 0;
}

/* Compares the store with the file. */
static int trust_plan(const struct refresh *refresh)
{
    const struct tree *tree = refresh->tree;
    struct trust_outcome *outcome = refresh->outcome;
    _cleanup_trust_bundle_ struct trust_bundle bundle = { 0 };
    int r = trust_store_find(tree, &outcome->store);
    if (r < 0)
        return trust_refuse(refresh, "/etc", "searched for the store of CAs", r);
    if (!outcome->store)
        return refresh->file->count == 0 ? 0
                                         : error_set(refresh->err, EX_IOERR, -ENOENT,
                                               "this system has no store of CAs that is known "
                                               "here, so nothing trusts the "
                                               "proxy's CA: install the package ca-certificates");
    if (refresh->file->count > 0)
        r = trust_bundle_read(tree, outcome->store, &bundle, refresh->err);
    if (r == 0)
        r = trust_changes_plan(
            tree, outcome->store, &bundle, refresh->file, &outcome->changes, refresh->err);
    if (r < 0)
        return r;
    int due = state_has_hook(tree, MARK);
    if (due < 0)
        return trust_refuse(refresh, PATH_STATE, "read", due);
    outcome->was_due = due > 0;
    outcome->is_due = due > 0 || outcome->changes.added.count > 0 ||
                      outcome->changes.removed.count > 0 || !trust_is_complete(refresh, &bundle);
    outcome->has_all = !outcome->is_due;
    return 0;
}

/* What cannot be done in a sandbox is left to the unit that can. */
static int trust_leave(const struct refresh *refresh)
{
    return strings_printf(refresh->warnings,
               "%s is read-only here, so the proxy's CA is not trusted yet: "
               "ec2-bootstrap-trust.service adds it, and systemctl status tells why it has not",
               refresh->outcome->store->anchors) < 0
               ? error_no_memory(refresh->err)
               : 0;
}

/* In an image no program runs. Where the bundle is right without one, nothing is left to do. */
static int trust_apply_image(const struct refresh *refresh)
{
    struct trust_outcome *outcome = refresh->outcome;
    _cleanup_trust_bundle_ struct trust_bundle bundle = { 0 };
    int r = trust_bundle_read(refresh->tree, outcome->store, &bundle, refresh->err);
    if (r < 0)
        return r;
    outcome->has_all = trust_is_complete(refresh, &bundle);
    outcome->is_due = !outcome->has_all || trust_has_removed(refresh, &bundle);
    return 0;
}

int trust_sweep(const struct tree *tree, struct strings *told)
{
    const struct trust_store *store = NULL;
    int r = trust_store_find(tree, &store);
    if (r == 0 && store)
        r = trust_store_sweep(tree, store, told);
    if (r != -ENOMEM)
        r = leftover_sweep(tree, PATH_CA_FILE, told);
    return r == 0 ? state_sweep_hook(tree, MARK, told) : r;
}

/* Does what is due, under the lock. */
static int trust_apply(const struct refresh *refresh)
{
    const struct tree *tree = refresh->tree;
    if (trust_sweep(tree, refresh->warnings) < 0)
        return error_no_memory(refresh->err);
    int r = state_mark_hook(tree, MARK);
    if (r < 0)
        return trust_refuse(refresh, PATH_STATE, "written", r);
    r = trust_changes_write(tree, &refresh->outcome->changes, refresh->err);
    if (r == 0)
        r = trust_write_file(refresh);
    if (r == 0)
        r = *tree->path ? trust_apply_image(refresh) : trust_update(refresh);
    if (r < 0 || refresh->outcome->is_due)
        return r;
    r = state_clear_hook(tree, MARK);
    if (r == 0)
        r = state_cleanup(tree);
    return r < 0 ? trust_refuse(refresh, PATH_STATE, "written", r) : 0;
}

int trust_refresh(const struct tree *tree, const struct ca_file *file, bool dry_run,
    struct trust_outcome *ret, struct strings *warnings, struct error *err)
{
    const struct refresh refresh = { tree, file, ret, warnings, err };
    _cleanup_lock_ struct lock lock = { .fd = -1 };
    ret->wanted = file->count;
    int r = trust_plan(&refresh);
    if (r < 0 || !ret->store)
        return r;
    if (dry_run) {
        ret->has_all = !*tree->path || !ret->is_due;
        return 0;
    }
    if (!ret->is_due)
        return file->count > 0 ? trust_write_file(&refresh) : 0;
    int writable = trust_store_is_writable(tree, ret->store);
    if (writable <= 0)
        return writable < 0 ? trust_refuse(&refresh, ret->store->anchors, "written", writable)
                            : trust_leave(&refresh);
    notify_extend_timeout(LOCK_WAIT_MS + TRUST_MS_MAX);
    r = lock_take(tree, LOCK_WAIT_MS, &lock, err);
    if (r < 0)
        return r;
    r = trust_apply(&refresh);
    if (file->count == 0)
        lock_remove(tree);
    return r;
}

void trust_outcome_free(struct trust_outcome *outcome)
{
    trust_changes_free(&outcome->changes);
    *outcome = (struct trust_outcome){ 0 };
}
