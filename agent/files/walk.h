/* SPDX-License-Identifier: MIT */
#pragma once

/* Walks a tree of files, whatever somebody put into it: no link is followed, nothing but
 * directories is opened, what does not last (file systems of the kernel, in memory, or of other
 * machines) is left out, and memory does not grow with the number of files. */

#include <sys/stat.h>

#include "files/tree.h"

enum walk_event {
    WALK_ENTER, /* a directory, before what is in it */
    WALK_LEAVE, /* the same directory, after that */
    WALK_FILE,  /* a regular file */
    WALK_LINK,
    WALK_SPECIAL, /* a socket, a FIFO, a device */
    WALK_FAILED,  /* a directory, or what is in it, cannot be read */
};

/* All borrowed for the time of the visit. */
struct walk_entry {
    enum walk_event event;
    const char *path; /* from the root of the tree; any bytes but NUL */
    const char *name; /* its last part */
    int directory;    /* the open directory that it is in; of no use with WALK_FAILED */
    int failure;      /* WALK_FAILED: a negative errno */
};

/* 0: go on; positive, for WALK_ENTER: leave this directory out (then without WALK_LEAVE); or a
 * negative errno, which ends the walk. */
typedef int (*walk_visit)(const struct walk_entry *entry, void *data);

enum walk_reach {
    WALK_MOUNTS, /* the start may be a link inside the tree; into other file systems that last */
    WALK_STAY,   /* neither a link nor a mount: for who deletes what he finds */
};

/* Visits everything below a directory of the tree, unordered, the directory itself not. An entry
 * that goes meanwhile is no failure, nor is a start that is not there; a directory that is its own
 * ancestor is left out; one more than 256 levels down fails with -ELOOP. 0, or what the visitor
 * returned. */
int walk_tree(
    const struct tree *tree, const char *path, enum walk_reach reach, walk_visit visit, void *data);

/* Opens the regular file of an entry for reading. A file descriptor, or a negative errno: -EINVAL
 * when it is no such file any more. */
int walk_open_file(const struct walk_entry *entry, struct stat *ret_status);
