/* SPDX-License-Identifier: MIT */
#pragma once

/* The files of this boot that hold what AWS gave. */

#include <stdbool.h>

#include "fetch/values.h"
#include "files/tree.h"
#include "settings/settings.h"

/* Whether the settings name a place to fetch from. */
bool fetch_is_wanted(const struct settings *settings);

/* Writes the files, or removes them where nothing is wanted, under the lock of the tree. Notes in
 * *ret_has_changed whether one is not what it was. 0, or a negative errno and an error. */
int store_write(const struct tree *tree, const struct settings *settings,
    const struct fetched_values *values, bool *ret_has_changed, struct error *err);

/* Notes that what was written is for an agent that comes later in this boot, too. 0, or a negative
 * errno and an error. */
int store_mark_ahead(const struct tree *tree, struct error *err);

/* Whether it is so noted, what these settings want, and not older than some minutes: 1, 0, or
 * -ENOMEM. The note is gone then. */
int store_take_ahead(const struct tree *tree, const struct settings *settings);
