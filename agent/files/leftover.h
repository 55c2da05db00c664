/* SPDX-License-Identifier: MIT */
#pragma once

/* What a run that was killed has left beside a file. */

#include "files/tree.h"
#include "lib/strings.h"

/* Removes the temporary files beside the file that `path` leads to, of which it is known that their
 * bytes are ours, or are those that ours took the place of. What another program wrote at the very
 * moment of the kill comes back, or stays where something newer stands in its place; `told` gets a
 * line about it. 0 or -ENOMEM; other failures leave things as they are. */
int leftover_sweep(const struct tree *tree, const char *path, struct strings *told);
