/* SPDX-License-Identifier: MIT */
#pragma once

/* What a person should know of entries before some client does. */

#include "lib/strings.h"
#include "proxy/no_proxy_entry.h"

/* Appends what is to be said of one entry: a form on which a client fails, a placeholder. 0 or
 * -ENOMEM. */
int no_proxy_warn_entry(const struct no_proxy_entry *entry, struct strings *warnings);

/* Appends, once, that the list has IPv6 addresses in brackets. 0 or -ENOMEM. */
int no_proxy_warn_brackets(struct strings *warnings);
