/* SPDX-License-Identifier: MIT */
#pragma once

/* A tree of files in memory, in the place of files/tree.h: every fuzzer is linked with it, so that
 * none touches a file. */

#include "lib/buffer.h"

/* Adds a file, whose bytes it takes over. */
void memory_tree_add(const char *path, struct buffer *bytes);

/* Adds files: a line with the number of a path, or a path, then its bytes up to a line "%%", and so
 * on. */
void memory_tree_add_all(const char *text, size_t size, const char *const paths[], size_t count);

void memory_tree_clear(void);
