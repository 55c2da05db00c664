/* SPDX-License-Identifier: MIT */
#pragma once

/* Who may read a file, and what else is known of it beside its content. */

#include <stdbool.h>
#include <sys/types.h>

/* Gives a new file the mode, ACL and other extended attributes of an open old one, and with
 * `keep_owner` its owner and group; exactly these: what the directory has given it by its default
 * ACL goes. 0 or a negative errno: -EISDIR or -EINVAL where the old one is no regular file. */
int metadata_copy(int from, int to, bool keep_owner);

/* Gives a new file a mode, and no ACL. 0 or a negative errno. */
int metadata_set(int to, mode_t mode);
