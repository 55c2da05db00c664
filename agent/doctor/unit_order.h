/* SPDX-License-Identifier: MIT */
#pragma once

/* In which order units are to start, as their files say: systemd.unit(5). */

#include "files/tree.h"
#include "lib/strings.h"

/* Whether the orders of the services of a tree lead from a service back to itself: 1, with the
 * services on the way, the first one also at the end; 0; or -ENOMEM. */
int unit_order_find_cycle(const struct tree *tree, const char *unit, struct strings *ret_way);
