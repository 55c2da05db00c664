/* SPDX-License-Identifier: MIT */
#pragma once

/* The system's store of CAs: a directory of files that administrators add to, and a bundle that the
 * system's own program makes of it and of the public CAs. */

#include <stdbool.h>

#include "files/tree.h"
#include "lib/strings.h"
#include "trust/ca_file.h"

/* A kind of store; all static. */
struct trust_store {
    const char *mark;           /* a path that is there where the store is of this kind */
    const char *anchors;        /* the directory */
    const char *bundle;         /* the public CAs, and those of the directory */
    const char *java;           /* likewise, as Java reads them; there only where Java is */
    const char *const *update;  /* the program that makes the bundle, and its arguments */
    const char *const *rebuild; /* likewise where a file is gone; NULL: the same */
    const char *const
        *forget;         /* one that must be told what is gone, "-FILE" in a line; NULL: none */
    const char *pending; /* the file with what it was told, until that is done; NULL: none */
    const char *const *state;  /* prints "half-configured" where it is not being done */
    const char *const *finish; /* does it then */
};

/* The kind of the tree's store; *ret is NULL where there is none of those known. 0 or a negative
 * errno. */
int trust_store_find(const struct tree *tree, const struct trust_store **ret);

/* The error of a path that cannot be "read", "written" and so on, from the negative errno of
 * files/tree.h, which it returns. */
int trust_refuse_path(const struct tree *tree, const char *path, const char *what,
    int negative_errno, struct error *err);

/* The certificates of a bundle. Zero-initialise: {0}. */
struct trust_bundle {
    struct strings certificates; /* in base64, each once */
    size_t broken; /* the number of the first block that clients cannot read; 0: none */
};

/* Reads the store's bundle; one that is not there is empty. 0, or a negative errno and an error.
 * The caller frees *ret with trust_bundle_free(), also after a failure. */
int trust_bundle_read(const struct tree *tree, const struct trust_store *store,
    struct trust_bundle *ret, struct error *err);

/* Whether it has the certificate. */
bool trust_bundle_has(const struct trust_bundle *bundle, const struct certificate *certificate);

void trust_bundle_free(struct trust_bundle *bundle);

#define _cleanup_trust_bundle_ _cleanup_(trust_bundle_free)

/* What has to change in the directory so that the store has each certificate of a file, and none
 * more of ours. Zero-initialise: {0}. */
struct trust_changes {
    struct strings added, removed;       /* paths */
    struct strings contents;             /* of those added, in their order */
    struct strings forgotten;            /* the names of those removed, by any run */
    struct strings certificates_removed; /* those that go, in base64, as far as they can be read */
    bool is_again;                       /* an earlier run may have made others */
    bool is_begun;                       /* a file was written or removed */
};

/* Compares the directory, and the bundle, with a file. What the bundle has from somewhere else is
 * not added. 0, or a negative errno and an error. The caller frees *ret with trust_changes_free(),
 * also after a failure. */
int trust_changes_plan(const struct tree *tree, const struct trust_store *store,
    const struct trust_bundle *bundle, const struct ca_file *file, struct trust_changes *ret,
    struct error *err);

/* Whether the directory can be written: not in the sandbox of a unit. 1, 0 or a negative errno. */
int trust_store_is_writable(const struct tree *tree, const struct trust_store *store);

/* Makes these changes: each file is written whole, or removed. 0, or a negative errno and an error.
 */
int trust_changes_write(const struct tree *tree, struct trust_changes *changes, struct error *err);

void trust_changes_free(struct trust_changes *changes);

#define _cleanup_trust_changes_ _cleanup_(trust_changes_free)

/* Runs the store's programs on the running machine, after these changes. 0, or a negative errno and
 * an error: they end well whatever they did, so the bundle has to be read again. */
int trust_store_update(
    const struct trust_store *store, const struct trust_changes *changes, struct error *err);

/* leftover_sweep() for the files in it. */
int trust_store_sweep(
    const struct tree *tree, const struct trust_store *store, struct strings *told);

/* Appends the files of the directory that have a block which clients cannot read. 0 or -ENOMEM. */
int trust_store_find_broken(
    const struct tree *tree, const struct trust_store *store, struct strings *paths);

/* Where the part of the store that is told of changes was interrupted while it followed one of
 * ours, makes it go on. 1: it has; 0: there was nothing to do; or a negative errno and an error. */
int trust_store_finish(const struct tree *tree, const struct trust_store *store, struct error *err);
