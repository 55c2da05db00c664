/* SPDX-License-Identifier: MIT */
#pragma once

/* Whether a value of somebody else means the same as ours. */

#include <stdbool.h>

#include "proxy/environment.h"

/* The variable of a name in either letter case, if the environment sets it; VARIABLES: none. */
enum variable_id compare_variable(const struct environment *environment, const char *name);

/* Whether the name is one that we write, in the letter case of the settings. */
bool compare_is_written(const struct environment *environment, const char *name);

/* Whether the value means what ours does: 1, 0, or -ENOMEM. A proxy: the same URL, in any way of
 * writing it. A list: all our entries are in it. */
int compare_is_ours(const struct environment *environment, enum variable_id id, const char *value);
