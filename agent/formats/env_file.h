/* SPDX-License-Identifier: MIT */
#pragma once

/* Files of NAME=VALUE lines as systemd reads them: EnvironmentFile= in systemd.exec(5). */

#include "formats/edit.h"
#include "formats/variables.h"
#include "lib/error.h"

/* The value that systemd gives a variable: a variables_getter. -ENOENT also where it reads nothing
 * of the file, as one that is not UTF-8. */
int env_file_get(const struct buffer *file, const char *name, char **ret);

/* Whether systemd reads each variable as it was meant: see struct output_file. */
int env_file_verify(
    const struct environment *environment, const struct content *content, struct error *err);
