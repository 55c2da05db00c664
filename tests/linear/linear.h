/* SPDX-License-Identifier: MIT */
#pragma once

/* What is measured, and on which texts: each subject reads each of its shapes in two sizes. */

#include <stdbool.h>
#include <stddef.h>

#include "files/tree.h"
#include "lib/buffer.h"

/* A text of any size: a head, a unit that is repeated, a tail. '\1' in the unit is its number. */
struct shape {
    const char *head, *unit, *tail;
};

/* A parser, a format, or what takes a list. */
struct subject {
    const char *name;
    void (*read)(const struct buffer *text, const struct subject *subject);
    const struct shape *shapes; /* of its syntax, ended by one without a unit; NULL: none */
    const void *data;           /* of the reader */
    const char *path;           /* the text is that file of the tree; NULL: no file */
    bool many;                  /* it is in many files: the path has a '*' for their number */
    size_t divisor;             /* of the size, where each byte costs much; 0: 1 */
    size_t factor;              /* of the size, where short texts cost more a byte; 0: 1 */
};

/* The tree that files are read from; a scratch directory. */
extern struct tree subject_tree;

extern const struct subject subjects[];
extern const size_t subjects_count;

/* The outputs are subjects too, one for each file that is written. */
size_t output_subjects(struct subject *ret, size_t max);
