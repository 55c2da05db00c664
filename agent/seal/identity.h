/* SPDX-License-Identifier: MIT */
#pragma once

/* Who the builder is, as cloud-init has been told. */

#include "files/tree.h"
#include "seal/patterns.h"

/* Adds its instance ids; and with `is_whole` the ids of its account and its private addresses. 0 or
 * a negative errno. */
int seal_identity_read(const struct tree *tree, bool is_whole, struct seal_values *values);
