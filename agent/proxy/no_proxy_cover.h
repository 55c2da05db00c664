/* SPDX-License-Identifier: MIT */
#pragma once

/* Whether one NO_PROXY list exempts what another one does. */

#include "lib/strings.h"

/* Appends the entries of `list`, each once and as it is written there, that no entry of `ours`
 * covers: by the names and addresses that they are meant for, not by what some client makes of
 * them. What is no entry to any client is left out, and so is what follows the first
 * NO_PROXY_ENTRIES_MAX. 0 or -ENOMEM. */
int no_proxy_find_uncovered(const char *list, const char *ours, struct strings *ret);
