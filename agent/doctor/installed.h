/* SPDX-License-Identifier: MIT */
#pragma once

/* Which clients of the model are on this machine, by their programs and packages. */

#include <stdbool.h>

#include "clients/table.h"
#include "files/tree.h"
#include "lib/strings.h"

/* One that is there. */
struct installed {
    const struct client *client; /* NULL: the model has no client of that version */
    const char *program;         /* "curl" */
    char *version;               /* "7.88.1"; "": not known */
};

/* Zero-initialise: {0}. */
struct installed_clients {
    struct installed *items;
    size_t count;
};

/* Finds them, and their versions as the package manager or their own files have them; no program
 * but rpm is run. 0 or -ENOMEM. The caller frees *ret with installed_free(), also after a failure.
 */
int installed_find(const struct tree *tree, struct installed_clients *ret);

/* The version of a program; NULL: it is not there. Borrowed. */
const char *installed_version(const struct installed_clients *clients, const char *program);

/* Orders versions by their numbers: negative, 0 or positive. What is no number ends one. */
int installed_compare(const char *a, const char *b);

void installed_free(struct installed_clients *clients);

#define _cleanup_installed_ _cleanup_(installed_free)
