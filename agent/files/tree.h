/* SPDX-License-Identifier: MIT */
#pragma once

/* The file tree that the agent acts on: "/", or an image mounted below --root. Every path is
 * resolved inside it (see chase.h), so that no link of the tree leads out of it, nor one of a user
 * who is not root to what is not his: -ENOLINK, of which tree_explain() has the words. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "lib/buffer.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/strings.h"

struct tree {
    int fd;
    char *path;  /* the root as the user named it, without slashes at its end; "" for that of the
                    running machine */
    uid_t owner; /* of the root directory */
    gid_t group;
    struct known *known; /* directories that are held; NULL: none are */
};

/* Opens the root directory. 0, or a negative errno and an error with EX_USAGE. The caller frees
 * *ret with tree_close(). */
int tree_open(const char *root, struct tree *ret, struct error *err);
void tree_close(struct tree *tree);

/* Holds directories open from here on: each that only root could have made something else of is
 * looked at once. For a time in which nobody is waited for. 0, or a negative errno with none held.
 */
int tree_hold_directories(struct tree *tree);
void tree_release_directories(struct tree *tree);

/* Opens a path inside the tree; flags as open(2), O_CLOEXEC is added. A file descriptor, or a
 * negative errno. */
int tree_open_path(const struct tree *tree, const char *path, int flags);

/* Likewise over steps that are not safe: where all below is only searched, and nothing of it is
 * used. */
int tree_open_searched(const struct tree *tree, const char *path, int flags);

/* Whether anything is at a path, all links followed: 1, 0, or a negative errno when that cannot be
 * seen. */
int tree_exists(const struct tree *tree, const char *path);

/* Whether a path is masked, as systemd calls it: a link to /dev/null, by which somebody says that
 * no file is wanted here. 1, 0, or a negative errno when that cannot be seen. */
int tree_is_masked(const struct tree *tree, const char *path);

/* Reads a whole regular file of at most `max` bytes into an empty buffer; ret_stat may be NULL. 0,
 * or a negative errno: -ENOENT, -EFBIG when it is larger, -EINVAL when it is not a regular file. */
int tree_read(const struct tree *tree, const char *path, size_t max, struct buffer *ret,
    struct stat *ret_stat);

/* Likewise over steps that are not safe: only to look for something in it. */
int tree_read_searched(const struct tree *tree, const char *path, size_t max, struct buffer *ret);

/* Appends the names in a directory that end in `suffix` and do not begin with a dot, unordered. 0
 * (also when there is no such directory), or a negative errno. */
int tree_list(const struct tree *tree, const char *path, const char *suffix, struct strings *names);

/* Makes a directory and those above it, mode 0755, where they are missing. 0 or a negative errno.
 */
int tree_make_directory(const struct tree *tree, const char *path);

/* Removes an empty directory. 0 or a negative errno: -ENOTEMPTY, -ENOENT, -ENOTDIR for a link. */
int tree_remove_directory(const struct tree *tree, const char *path);

/* Where a path really leads: a directory, and the name of an entry in it that is not a link. */
struct tree_entry {
    int directory;
    struct stat directory_status;
    struct stat status; /* of the entry; st_nlink 0: it is not there */
    char *name;
};

/* Follows the links of the last part of a path. With `create` the missing directories of the path
 * itself are made, but not those that a link leads to. 0, or a negative errno (-ELOOP for too many
 * links, -EISDIR when it ends in "/", "." or ".."); the entry itself need not exist. The caller
 * frees *ret with tree_entry_free(). */
int tree_resolve(const struct tree *tree, const char *path, bool create, struct tree_entry *ret);
void tree_entry_free(struct tree_entry *entry);

/* Whether a file is, or would be, in a directory of a user who is not trusted (see chase.h): what
 * becomes of it there is in his hands. */
bool tree_is_of_others(const struct tree *tree, const char *path);

/* Whether that directory's owner is one with whose rights this process may not write. */
bool tree_is_closed(const struct tree *tree, const char *path);

/* A negative errno of the functions here in words. */
const char *tree_reason(int negative_errno);

/* Appends to an error with -ENOLINK whose directory it is, and what to do. */
void tree_explain(const struct tree *tree, const char *path, struct error *err);

#define _cleanup_tree_       _cleanup_(tree_close)
#define _cleanup_tree_entry_ _cleanup_(tree_entry_free)
