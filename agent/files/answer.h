/* SPDX-License-Identifier: MIT */
#pragma once

/* What a failure to look at a file says: something of the tree, which is an answer, or only that
 * this process could not look just now. */

#include <stdbool.h>

/* Whether an errno, negative, is an answer: nothing is there, it is not a regular file, too large,
 * or not for us to read. Not one: exhausted memory or descriptors, a disk that fails, and all that
 * is not known. */
bool file_failure_is_answer(int negative_errno);

/* Makes 0 of an answer, and hands on all else. */
int file_answer(int r);
