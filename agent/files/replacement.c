/* SPDX-License-Identifier: MIT */
/* What is done to a file is done in its directory, which is held open, with the rights that count
 * there. */

#include "files/replacement.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/memory.h"

int replacement_begin(
    const struct tree *tree, const char *path, bool create, struct replacement *ret)
{
    *ret = (struct replacement){ .tree = tree, .entry = { .directory = -1 } };
    int r = tree_resolve(tree, path, create, &ret->entry);
    if (r < 0)
        return r;
    const struct stat *directory = &ret->entry.directory_status, *old = &ret->entry.status;
    bool is_his = old->st_nlink > 0 && old->st_uid == directory->st_uid;
    return owner_enter(tree, directory, is_his ? old : NULL, &ret->owner);
}

void replacement_end(struct replacement *replacement)
{
    owner_leave(&replacement->owner);
    tree_entry_free(&replacement->entry);
    mem_free(replacement->temporary);
}

int replacement_rename(
    const struct replacement *replacement, const char *from, const char *to, unsigned int flags)
{
    const int directory = replacement->entry.directory;
    return syscall(SYS_renameat2, directory, from, directory, to, flags) < 0 ? -errno : 0;
}
