/* SPDX-License-Identifier: MIT */
#pragma once

/* Files of others, read with care: whatever somebody put there, no detector fails or hangs. Where
 * this process could not look, each returns a negative errno, and the caller hands it on. */

#include "files/tree.h"
#include "lib/buffer.h"
#include "lib/strings.h"

/* Reads a file into an empty buffer: 1; 0 when it is not there, is not for us to read, is longer
 * than a file of settings can be, or is none (a NUL in it). */
int place_read(const struct tree *tree, const char *path, struct buffer *ret);

/* Likewise, but not what is only for root: a file that a user's file names must not come out in a
 * warning. */
int place_read_public(const struct tree *tree, const char *path, struct buffer *ret);

/* Whether anything is there, links followed: 1 or 0. */
int place_exists(const struct tree *tree, const char *path);

/* Whether a path is a link to /dev/null or an empty file, 1 or 0: so a unit or a drop-in is masked.
 */
int place_is_masked(const struct tree *tree, const char *path);

/* Appends the names in a directory that end in `suffix`, in the order of their bytes. A directory
 * that is not for us to read has none. 0. */
int place_list(
    const struct tree *tree, const char *directory, const char *suffix, struct strings *names);

/* Appends the paths of the files in several directories, ended by NULL, in the order of their
 * names; of those with one name only that of the directory named first. 0. */
int place_merge(const struct tree *tree, const char *const *directories, const char *suffix,
    struct strings *paths);

/* Appends the home directories that a person logs in to: /root, and those in /home. 0. */
int place_homes(const struct tree *tree, struct strings *paths);
