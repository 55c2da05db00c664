/* SPDX-License-Identifier: MIT */
#pragma once

/* Who can read a file beside its owner. */

#include "files/tree.h"

enum file_readers {
    READERS_OWNER, /* and root */
    READERS_GROUP,
    READERS_ACL, /* those whom it names */
    READERS_ALL,
};

/* Of the regular file that `path` leads to; of one that is not there, as a new file of that mode
 * would have them. 0, or a negative errno. */
int file_readers(
    const struct tree *tree, const char *path, mode_t new_mode, enum file_readers *ret);
