/* SPDX-License-Identifier: MIT */
#pragma once

/* The names of temporary files, which stand beside the file that they are for. While one is
 * written, its name is fixed, and what has that name is ours. One that takes the file's place has a
 * name that says by two marks what it is and what the file was: when the agent is killed at that
 * moment, it is known whose bytes are left under it. */

#include <stdbool.h>
#include <stdint.h>

enum { TEMPORARY_NAMES = 10 }; /* fixed ones: something else can have one */

struct temporary_marks {
    uint64_t ours, seen;
};

/* The mark of a file: its bytes, its mode and its owner, which also a copy of the tree has. 0, or a
 * negative errno: -EINVAL when it is not a regular file. */
int temporary_mark(int directory, const char *name, uint64_t *ret);

/* A fixed name, for a number below TEMPORARY_NAMES; and one with marks. The caller frees it with
 * mem_free(); NULL when memory is short. */
char *temporary_name(const char *file, int number);
char *temporary_marked_name(const char *file, const struct temporary_marks *marks);

/* Whether a name is a fixed one for that file. */
bool temporary_is_fixed(const char *name, const char *file);

/* Whether a name can be one for any file. */
bool temporary_is_any(const char *name);

/* Whether a name is one with marks for that file. */
bool temporary_read_marks(const char *name, const char *file, struct temporary_marks *ret);
