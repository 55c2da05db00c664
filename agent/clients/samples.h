#pragma once

/* URLs that show what the entries of a NO_PROXY list do. */

#include "lib/strings.h"
#include "proxy/no_proxy_entry.h"

/* A host that no list of an instance is meant for. */
#define SAMPLE_OUTSIDE "https://www.example.com/"

/* Appends one URL for each thing that an entry is to cover: the host itself, a name below it, an
 * address in the block, of a star the metadata service and a host outside; those that are there
 * already are left out. 0 or -ENOMEM. */
int sample_urls(const struct no_proxy_entry *entry, struct strings *urls);
