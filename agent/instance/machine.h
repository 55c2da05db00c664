/* SPDX-License-Identifier: MIT */
#pragma once

/* Which machine a tree belongs to, so that what was kept of one is not taken for another's when its
 * disk becomes an image, or is attached to another machine. */

#include "files/tree.h"

/* What names the machine that runs the tree: the instance's id, "i-0123456789abcdef0"; else the
 * firmware's or the hypervisor's UUID; else its machine id. Each with the kind in front, "instance
 * i-…". 0 and *ret, which the caller frees with mem_free(): NULL when nothing names it, as in an
 * image. Or a negative errno, when what
 * could name it cannot be read just now. */
int machine_identify(const struct tree *tree, char **ret);
