/* SPDX-License-Identifier: MIT */
#pragma once

/* Our own files beside the store: where the agent's unit cannot write, as a unit with more rights
 * believes them. All functions but the readers: under the lock of the tree. */

#include <stdbool.h>

#include "files/tree.h"
#include "lib/strings.h"
#include "trust/ca_file.h"

/* Whether PATH_CA_FILE has the certificates of a file, and no more; without any, whether nothing is
 * there. 1, 0 or a negative errno. */
int trust_own_is_right(const struct tree *tree, const struct ca_file *file);

/* Makes it so. 0 or a negative errno. */
int trust_own_write(const struct tree *tree, const struct ca_file *file);

/* The mark that the store is being changed, with the names of files that went and are not forgotten
 * by all programs: reads it, 1 or 0, names appended; writes it, durably; removes it. Else a
 * negative errno. */
int trust_mark_read(const struct tree *tree, struct strings *names);
int trust_mark_write(const struct tree *tree, const struct strings *names);
int trust_mark_clear(const struct tree *tree);

/* leftover_sweep() for both. */
int trust_own_sweep(const struct tree *tree, struct strings *told);
