#pragma once

/* What the agent has to remember to undo its work, in /var/lib/ec2-bootstrap: what of others' it
 * put aside, where the format has no comments to keep it in; and which folders it made. */

#include "files/tree.h"
#include "outputs/output.h"

/* Reads what is kept for a file. 0, also when there is nothing, or a negative errno. */
int state_read_backup(const struct tree *tree, const char *path, struct content *ret);

/* Keeps the content for a file, durably; or forgets it when it does not exist. 0 or a negative
 * errno. */
int state_write_backup(const struct tree *tree, const char *path, const struct content *content);

/* Removes what a killed run left beside what is kept for a file, if anything. */
void state_remove_leftover(const struct tree *tree, const char *path);

/* Remembers the folders above a path that are missing, before somebody makes them. 0 or a negative
 * errno. */
int state_note_directories(const struct tree *tree, const char *path);

/* Removes the folders that were made for us and are empty now, and its own when it has nothing to
 * remember. 0 or a negative errno. */
int state_cleanup(const struct tree *tree);
