/* SPDX-License-Identifier: MIT */
#pragma once

/* The services that run, by their main processes: /proc of the tree. */

#include "files/tree.h"
#include "lib/strings.h"

struct process {
    char *unit; /* "docker.service" */
    unsigned long pid;
    struct strings environment; /* "NAME=value", as the process was started with */
    int unseen;                 /* why its environment cannot be read, a negative errno; 0 */
};

/* Zero-initialise: {0}. */
struct processes {
    struct process *items;
    size_t count;
};

/* Finds the main process of each service of the system: the one that systemd itself has started. 0,
 * or a negative errno when there is no /proc to look at. The caller frees *ret with
 * processes_free(), also after a failure. */
int processes_find(const struct tree *tree, struct processes *ret);

/* The value of a variable; NULL: it is not set. */
const char *process_get(const struct process *process, const char *name);

void processes_free(struct processes *processes);

#define _cleanup_processes_ _cleanup_(processes_free)
