/* SPDX-License-Identifier: MIT */
#pragma once

/* Shell scripts that are read one after the other, as a login shell does: what they leave in the
 * environment. Nothing is run. Of a condition that cannot be decided both branches may run; what a
 * function does counts where it is called. */

#include "overrides/values.h"

/* Zero-initialise, except for the borrowed detection. */
struct script_reader {
    const struct detection *detection;
    struct values values;
    const char *home;   /* borrowed; NULL: not known */
    unsigned int files; /* read so far, commands, and their text: there is a limit for each */
    unsigned int commands;
    size_t work; /* about a character each */
    unsigned int depth;
};

/* Reads a script, if it is there; ours, and /etc/environment, are read as they will be written. 0
 * or -ENOMEM. */
int script_read(struct script_reader *reader, const char *path, enum reach reach);

/* In which order a directory is read. */
enum script_order {
    SCRIPT_ORDER_BYTES, /* as run-parts does */
    SCRIPT_ORDER_SHELL, /* as a shell expands "*": by the locale, which nobody knows. What can come
                           behind ours in any of them is read behind ours. */
};

/* Reads all scripts of a directory whose name ends in a suffix, with ours among them where it has
 * its place. 0 or -ENOMEM. */
int script_read_directory(struct script_reader *reader, const char *directory, const char *suffix,
    enum script_order order, enum reach reach);
