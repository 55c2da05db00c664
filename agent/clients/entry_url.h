/* SPDX-License-Identifier: MIT */
#pragma once

/* Entries of which a client makes the pattern of a URL: see enum client_url. */

#include "clients/host_forms.h"
#include "clients/split.h"
#include "clients/table.h"

/* As entry_match(). */
int entry_url_match(const struct client *client, const struct split *split,
    const struct host_forms *forms, const char **ret_why);
