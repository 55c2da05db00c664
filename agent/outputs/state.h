/* SPDX-License-Identifier: MIT */
#pragma once

/* What the agent has to remember, in /var/lib/ec2-bootstrap: backups of what others wrote, where a
 * format has no comments to keep it in; the directories that it made; the hooks that are due. */

#include "files/tree.h"
#include "lib/strings.h"
#include "outputs/output.h"

/* Reads the backup of a file. 0, also when there is none, or a negative errno. */
int state_read_backup(const struct tree *tree, const char *path, struct content *ret);

/* Writes the backup of a file, durably; or removes it when the content does not exist. 0 or a
 * negative errno. */
int state_write_backup(const struct tree *tree, const char *path, const struct content *content);

/* leftover_sweep() for the backup of a file. */
int state_sweep(const struct tree *tree, const char *path, struct strings *told);

/* Notes the directories above a path that are missing, before they are made. 0 or a negative errno.
 */
int state_note_directories(const struct tree *tree, const char *path);

/* The mark that the hook of an output is due: sets it, durably; whether it is there (1, 0); removes
 * it. 0 or a negative errno. */
int state_mark_hook(const struct tree *tree, const char *output);
int state_has_hook(const struct tree *tree, const char *output);
int state_clear_hook(const struct tree *tree, const char *output);

/* Removes the directories that were made for us and are empty now, and its own when it has nothing
 * to remember. 0 or a negative errno. */
int state_cleanup(const struct tree *tree);
