/* SPDX-License-Identifier: MIT */
/* A few, so they are looked for one by one. */

#include "files/known.h"

#include <errno.h>
#include <string.h>

#include "lib/memory.h"

enum { DIRECTORIES_MAX = 48, CLEAN_MAX = 24 };

struct known {
    size_t count, clean_count;
    struct known_directory directories[DIRECTORIES_MAX]; /* the first is the tree's root */
    struct {
        dev_t device;
        ino_t inode;
    } clean[CLEAN_MAX];
};

int tree_hold_directories(struct tree *tree)
{
    struct known *known = mem_calloc(1, sizeof(*known));
    if (!known)
        return -ENOMEM;
    struct known_directory *root = &known->directories[KNOWN_ROOT];
    if (fstat(tree->fd, &root->status) < 0) {
        mem_free(known);
        return -errno;
    }
    root->fd = tree->fd;
    known->count = 1;
    tree->known = known;
    return 0;
}

void tree_release_directories(struct tree *tree)
{
    for (size_t i = 1; tree->known && i < tree->known->count; i++)
        cleanup_close(&tree->known->directories[i].fd);
    mem_free(tree->known);
    tree->known = NULL;
}

int known_root(const struct tree *tree)
{
    return tree->known ? KNOWN_ROOT : KNOWN_NOTHING;
}

int known_find(const struct tree *tree, int above, const char *name)
{
    for (size_t i = 1; i < tree->known->count; i++) {
        const struct known_directory *directory = &tree->known->directories[i];
        if (directory->above == above && strcmp(directory->name, name) == 0)
            return (int) i;
    }
    return KNOWN_NOTHING;
}

const struct known_directory *known_directory(const struct tree *tree, int number)
{
    return &tree->known->directories[number];
}

int known_add(
    const struct tree *tree, int above, const char *name, int *fd, const struct stat *status)
{
    struct known *known = tree->known;
    struct known_directory *directory = &known->directories[known->count];
    if (known->count == DIRECTORIES_MAX || strlen(name) >= sizeof(directory->name))
        return KNOWN_NOTHING;
    *directory = (struct known_directory){ take_fd(fd), *status, above, "" };
    memcpy(directory->name, name, strlen(name) + 1);
    return (int) known->count++;
}

void known_forget(const struct tree *tree)
{
    for (size_t i = 1; tree->known && i < tree->known->count; i++)
        tree->known->directories[i].name[0] = '\0';
}

void known_note_clean(const struct tree *tree, const struct stat *directory)
{
    struct known *known = tree->known;
    if (!known || known->clean_count == CLEAN_MAX)
        return;
    known->clean[known->clean_count].device = directory->st_dev;
    known->clean[known->clean_count++].inode = directory->st_ino;
}

bool known_is_clean(const struct tree *tree, const struct stat *directory)
{
    const struct known *known = tree->known;
    for (size_t i = 0; known && i < known->clean_count; i++)
        if (known->clean[i].device == directory->st_dev &&
            known->clean[i].inode == directory->st_ino)
            return true;
    return false;
}
