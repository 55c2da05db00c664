/* SPDX-License-Identifier: MIT */
#pragma once

/* Whether one entry of the list covers a host, for one client. */

#include "clients/host_forms.h"
#include "clients/split.h"
#include "clients/table.h"

/* 1 if it does, and words that say why, to follow the entry; static. 0 if it does not, or -EINVAL
 * if the client fails on the entry, for every request; *ret_why is untouched then. */
int entry_match(const struct client *client, const struct split *split,
    const struct host_forms *forms, const char **ret_why);
