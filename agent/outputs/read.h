/* SPDX-License-Identifier: MIT */
#pragma once

/* What this machine has now, by the files from which logins and services get their variables. */

#include "files/tree.h"
#include "lib/error.h"
#include "lib/strings.h"

/* The value of a variable, in either letter case. 0 and *ret, which the caller frees with
 * mem_free() and which is NULL where nothing sets it; or a negative errno and an error with
 * EX_IOERR or EX_NOPERM that names the file. */
int outputs_read_variable(const struct tree *tree, const char *name, char **ret, struct error *err);

/* Appends the value that each of the files gives a variable; one that is not there, or not for us
 * to read, gives none. 0, or a negative errno. */
int outputs_list_values(const struct tree *tree, const char *name, struct strings *values);
