/* SPDX-License-Identifier: MIT */
#pragma once

/* What AWS gave, kept for a boot on which it cannot be asked (remote.keep). Never a password. */

#include "setup/setup.h"

/* Whether what was kept is to take the place of what was not fetched in this boot: 1, 0, or a
 * negative errno. */
int kept_is_needed(const struct setup *setup);

/* Keeps what was fetched in this boot, as `fetch` has prepared it, durably; or removes what was
 * kept, where nothing is to be any more. That it cannot be kept is a warning. 0 or -ENOMEM. */
int kept_store(struct setup *setup);

/* Removes it. 0, also when there was none, or a negative errno. */
int kept_remove(const struct tree *tree);
