/* SPDX-License-Identifier: MIT */
#pragma once

/* Lists of NO_PROXY entries: as people paste them, and as they are read. */

#include "lib/few.h"
#include "proxy/no_proxy_entry.h"

/* More of them are in no list: of the shortest the longest line has half as many. */
enum { NO_PROXY_ENTRIES_MAX = 10000 };

/* Zero-initialise: {0}. */
struct no_proxy_entries {
    struct no_proxy_entry *items;
    size_t count;
};

/* Appends the parts of a pasted list: separated by commas, semicolons or blanks of any kind, the
 * no-break space among them; empty ones are left out. 0 or -ENOMEM. */
int no_proxy_entries_split(const char *list, struct strings *ret);

/* Appends an entry, which it takes over, also on failure. 0 or -ENOMEM, with the
 * list as before. */
int no_proxy_entries_append(struct no_proxy_entries *list, struct no_proxy_entry *entry);

/* Splits a pasted list, reads each entry, and appends it with its origin (NULL: not known). What is
 * no entry costs only itself: the words of its error, with ": left out", are appended to `refused`.
 * 0; -EINVAL and an error (EX_CONFIG), with nothing appended, when the list has a control character
 * that separates nothing; -E2BIG and an error (EX_CONFIG) at more than NO_PROXY_ENTRIES_MAX
 * entries; or -ENOMEM and an error. */
int no_proxy_entries_parse(const char *text, const char *origin, struct no_proxy_entries *list,
    struct few *refused, struct error *err);

void no_proxy_entries_free(struct no_proxy_entries *list);

#define _cleanup_no_proxy_entries_ _cleanup_(no_proxy_entries_free)
