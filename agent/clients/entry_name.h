/* SPDX-License-Identifier: MIT */
#pragma once

/* Which hosts an entry covers as text: a name, ".name", or something with a '*'. */

#include "clients/split.h"
#include "clients/table.h"

/* Words that say why the text of an entry covers a host, to follow the entry; static. NULL when it
 * does not. */
const char *entry_name_match(
    const struct client *client, const struct split *split, const char *text, const char *host);

/* Likewise for a text that is taken for a name, whatever is in it. */
const char *entry_name_plain(enum client_plain plain, const char *name, const char *host);

/* Likewise for ".name", which covers the hosts below it. */
const char *entry_name_below(const char *dotted, const char *host);
