/* SPDX-License-Identifier: MIT */
#pragma once

/* Findings that the settings accept: seal.ignore. */

#include "seal/findings.h"
#include "settings/settings.h"

/* Whether each entry names a kind that there is. 0, or -EINVAL and an error with EX_CONFIG that
 * names where it was written. */
int accepted_check(const struct settings_list *ignored, struct error *err);

/* Marks the findings whose kind and path an entry has; a '*' in its path is for any part of a name.
 */
void accepted_mark(const struct settings_list *ignored, struct findings *findings);
