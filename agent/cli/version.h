/* SPDX-License-Identifier: MIT */
#pragma once

/* What this program is made of: an advisory about a library is answered by its version, and by
 * whether it was linked in. */

#include <stdio.h>

/* Prints the version, and a line for each library: its version as it runs, and whether it is shared
 * with other programs or linked in. That nothing arrived the caller finds out by fflush(3). */
void version_print(FILE *file);
