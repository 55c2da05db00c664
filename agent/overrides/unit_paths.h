/* SPDX-License-Identifier: MIT */
#pragma once

/* Which files make a unit: systemd.unit(5). */

#include "files/tree.h"
#include "lib/strings.h"

/* The services of a tree, and where their drop-ins can be. Zero-initialise: {0}. */
struct unit_paths {
    const struct tree *tree;
    struct strings units;       /* "docker.service", also templates and instances */
    struct strings aliases;     /* those that are links to others, and … */
    struct strings reals;       /* … what each is a link to */
    struct strings directories; /* those of drop-ins that are there: "/etc/…/docker.service.d" */
};

/* 0 or -ENOMEM. The caller frees *ret with unit_paths_free(), also after a failure. */
int unit_paths_find(const struct tree *tree, struct unit_paths *ret);

/* Appends the files of a unit in the order in which they are read: the unit itself, then its
 * drop-ins. 1; 0 when there is no such unit, when it is masked, or only another name of a unit; or
 * -ENOMEM. Masked drop-ins are among them. */
int unit_paths_of(const struct unit_paths *paths, const char *unit, struct strings *files);

void unit_paths_free(struct unit_paths *paths);

#define _cleanup_unit_paths_ _cleanup_(unit_paths_free)
