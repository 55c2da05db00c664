/* SPDX-License-Identifier: MIT */
#pragma once

/* What a person can do about a file that cannot be read or written. */

#include "files/tree.h"
#include "lib/error.h"

/* Appends it to an error that names the file and the reason; nothing where nothing is known to
 * help.
 */
void remedy_append(
    const struct tree *tree, const char *path, int negative_errno, struct error *err);
