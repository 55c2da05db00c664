/* SPDX-License-Identifier: MIT */
/* A mark is there from before the first change until the bundle is as it should be: a run that is
 * killed, or a program that fails, is made up for by the next run. */

#include "setup/trust.h"

#include <errno.h>

#include "files/lock.h"
#include "lib/memory.h"
#include "lib/notify.h"
#include "trust/own.h"

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
    return trust_refuse_path(refresh->tree, path, what, r, refresh->err);
}

/* Notes what clients trust. */
static void trust_judge(const struct refresh *refresh, const struct trust_bundle *bundle)
{
    struct trust_outcome *outcome = refresh->outcome;
    size_t trusted = 0;
    for (size_t i = 0; i < refresh->file->count; i++)
        trusted += trust_bundle_has(bundle, &refresh->file->items[i]);
    outcome->has_all = bundle->broken == 0 && trusted == refresh->file->count;
    outcome->has_any =
        bundle->broken == 0 && trusted > 0 && tree_exists(refresh->tree, PATH_CA_FILE) > 0;
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
    struct trust_outcome *outcome = refresh->outcome;
    _cleanup_trust_bundle_ struct trust_bundle bundle = { 0 };
    notify_status("updating the system's store of CAs");
    int r = trust_store_update(outcome->store, &outcome->changes, refresh->err);
    int read =
        trust_bundle_read(refresh->tree, outcome->store, &bundle, r < 0 ? NULL : refresh->err);
    trust_judge(refresh, &bundle);
    if (r < 0 || read < 0)
        return r < 0 ? r : read;
    if (refresh->file->count > 0 && !outcome->has_all)
        return trust_refuse_bundle(refresh, &bundle);
    outcome->is_due = false;
    return trust_warn_kept(refresh, &bundle) < 0 ? error_no_memory(refresh->err) : 0;
}

/* Compares the store with the file. */
static int trust_plan(const struct refresh *refresh)
{
    const struct tree *tree = refresh->tree;
    struct trust_outcome *outcome = refresh->outcome;
    struct trust_changes *changes = &outcome->changes;
    _cleanup_trust_bundle_ struct trust_bundle bundle = { 0 };
    if (refresh->file->count > 0) {
        int r = trust_bundle_read(tree, outcome->store, &bundle, refresh->err);
        if (r < 0)
            return r;
    }
    trust_judge(refresh, &bundle);
    int marked = trust_mark_read(tree, &changes->forgotten);
    if (marked < 0)
        return trust_refuse(refresh, PATH_CA_MARK, "read", marked);
    int r = trust_changes_plan(tree, outcome->store, &bundle, refresh->file, changes, refresh->err);
    if (r < 0)
        return r;
    changes->is_again = marked > 0;
    outcome->is_due =
        marked > 0 || changes->added.count > 0 || changes->removed.count > 0 || !outcome->has_all;
    return 0;
}

/* What cannot be done in a sandbox is left to the unit that can. */
static int trust_leave(const struct refresh *refresh)
{
    refresh->outcome->is_left = true;
    return strings_printf(refresh->warnings,
               "%s is read-only here, so the proxy's CA is not yet trusted as the settings say: "
               "ec2-bootstrap-trust.service does that, and systemctl status tells why it has not",
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
    trust_judge(refresh, &bundle);
    outcome->is_due = !outcome->has_all || trust_has_removed(refresh, &bundle);
    return 0;
}

int trust_sweep(const struct tree *tree, struct strings *told)
{
    const struct trust_store *store = NULL;
    int r = trust_store_find(tree, &store);
    if (r == 0 && store)
        r = trust_store_sweep(tree, store, told);
    return r == -ENOMEM ? r : trust_own_sweep(tree, told);
}

/* Does what is due, under the lock. */
static int trust_apply(const struct refresh *refresh)
{
    const struct tree *tree = refresh->tree;
    struct trust_outcome *outcome = refresh->outcome;
    if (trust_sweep(tree, refresh->warnings) < 0)
        return error_no_memory(refresh->err);
    int r = outcome->is_due ? trust_mark_write(tree, &outcome->changes.forgotten) : 0;
    if (r < 0)
        return trust_refuse(refresh, PATH_CA_MARK, "written", r);
    outcome->changes.is_begun = outcome->is_due;
    outcome->is_shown = true;
    r = trust_changes_write(tree, &outcome->changes, refresh->err);
    if (r < 0)
        return r;
    r = trust_own_write(tree, refresh->file);
    if (r < 0)
        return trust_refuse(refresh, PATH_CA_FILE, "written", r);
    if (!outcome->is_due) {
        outcome->has_any = outcome->wanted > 0;
        return 0;
    }
    r = *tree->path ? trust_apply_image(refresh) : trust_update(refresh);
    if (r < 0 || outcome->is_due)
        return r;
    r = trust_mark_clear(tree);
    return r < 0 ? trust_refuse(refresh, PATH_CA_MARK, "removed", r) : 0;
}

/* Whether there is something to do, and it can be done here. 1, 0 or a negative errno and an error.
 */
static int trust_can_apply(const struct refresh *refresh)
{
    const struct trust_store *store = refresh->outcome->store;
    int right = trust_own_is_right(refresh->tree, refresh->file);
    if (right < 0)
        return trust_refuse(refresh, PATH_CA_FILE, "read", right);
    if (right > 0 && !refresh->outcome->is_due)
        return 0;
    int writable = trust_store_is_writable(refresh->tree, store);
    if (writable < 0)
        return trust_refuse(refresh, store->anchors, "written", writable);
    return writable > 0 ? 1 : trust_leave(refresh);
}

/* What else the system makes of the store. The CA is in it already, so this fails nothing. */
static int trust_finish(const struct refresh *refresh)
{
    struct error err = { 0 };
    if (*refresh->tree->path)
        return 0;
    int r = trust_store_finish(refresh->tree, refresh->outcome->store, &err);
    if (r < 0 && r != -ENOMEM)
        r = strings_printf(refresh->warnings,
            "Java does not know of the change in the system's store of CAs: %s: run dpkg "
            "--configure -a",
            err.text);
    return r < 0 ? error_no_memory(refresh->err) : 0;
}

static int trust_begin(const struct refresh *refresh)
{
    const struct tree *tree = refresh->tree;
    struct trust_outcome *outcome = refresh->outcome;
    outcome->wanted = refresh->file->count;
    int r = trust_store_find(tree, &outcome->store);
    if (r < 0)
        return trust_refuse(refresh, "/usr/share", "searched for the store of CAs", r);
    if (outcome->store)
        return trust_plan(refresh);
    return outcome->wanted == 0 ? 0
                                : error_set(refresh->err, EX_IOERR, -ENOENT,
                                      "this system has no store of CAs that is known here, so "
                                      "nothing trusts the proxy's CA: install the package "
                                      "ca-certificates");
}

int trust_refresh(const struct tree *tree, const struct ca_file *file, bool dry_run,
    struct trust_outcome *ret, struct strings *warnings, struct error *err)
{
    const struct refresh refresh = { tree, file, ret, warnings, err };
    _cleanup_lock_ struct lock lock = { .fd = -1 };
    int r = trust_begin(&refresh);
    if (r < 0 || !ret->store)
        return r;
    if (dry_run) {
        ret->is_shown = true;
        ret->has_any |= ret->wanted > 0 && !*tree->path;
        return 0;
    }
    r = trust_can_apply(&refresh);
    if (r <= 0)
        return r < 0 ? r : trust_finish(&refresh);
    /* Another agent can be in its own update. */
    notify_extend_timeout(TRUST_MS_MAX + TRUST_MS_MAX);
    r = lock_take(tree, TRUST_MS_MAX, &lock, err);
    if (r < 0)
        return r;
    /* Another agent may have changed the store meanwhile. */
    trust_changes_free(&ret->changes);
    r = trust_plan(&refresh);
    if (r == 0)
        r = trust_apply(&refresh);
    if (r == 0)
        r = trust_finish(&refresh);
    if (file->count == 0)
        lock_remove(tree);
    return r;
}

void trust_outcome_free(struct trust_outcome *outcome)
{
    trust_changes_free(&outcome->changes);
    *outcome = (struct trust_outcome){ 0 };
}
