/* SPDX-License-Identifier: MIT */
#pragma once

/* One configuration file. */

#include "files/tree.h"
#include "lib/error.h"
#include "settings/settings.h"

/* Reads a file of the tree into the settings. As settings_load(). */
int settings_file_load(
    const struct tree *tree, const char *path, struct settings *settings, struct error *err);

/* The exit status where settings cannot be read: EX_NOPERM; EX_CONFIG where the errno tells of the
 * file; else EX_IOERR. */
int settings_unreadable_status(int negative_errno);

/* The error of a file that cannot be read, from the negative errno of files/tree.h, which it
 * returns. */
int settings_refuse_unreadable(
    const struct tree *tree, const char *path, int negative_errno, struct error *err);
