/* SPDX-License-Identifier: MIT */
#pragma once

/* Replacing a file so that, killed at any point, it is whole, old or new, and what was reported
 * done survives a power cut. */

#include <sys/stat.h>

#include "files/tree.h"
#include "lib/buffer.h"

/* Replaces, or creates, the file that `path` leads to inside the tree. An existing file's owner,
 * mode, ACL, security label and other extended attributes are kept; a new file gets `mode`. In the
 * directory of another user it is written with his rights: -ENOLINK where that cannot be. The
 * bytes are on disk when it returns. `seen` is what the file was when its content was looked at,
 * with st_nlink 0 when it was not there: when it has changed since, up to the moment when it is
 * replaced, the result is -ESTALE; with NULL that does not matter. 0, or a negative errno with the
 * file as it was. The caller keeps other agents away (see lock.h); what a run leaves that is killed
 * here is swept by leftover.h. */
int atomic_write(const struct tree *tree, const char *path, const struct buffer *content,
    mode_t mode, const struct stat *seen);

/* Removes the file that `path` leads to, durably; without `seen` also what an interrupted run left
 * beside it. `seen` as above. 0 (also when it was not there), or a negative errno. */
int atomic_remove(const struct tree *tree, const char *path, const struct stat *seen);
