/* SPDX-License-Identifier: MIT */
#pragma once

/* URLs that show what the entries of a NO_PROXY list do. */

#include "lib/strings.h"
#include "proxy/no_proxy_entry.h"

/* A host that no list of an instance is meant for. */
#define SAMPLE_OUTSIDE "https://www.example.com/"

/* Appends one URL for each thing that an entry is to cover: the host itself, a name below it, an
 * address in the block, of a star the metadata service and a host outside; those that are there
 * already are left out. 0 or -ENOMEM. */
int samples_of_entry(const struct no_proxy_entry *entry, struct strings *urls);

/* Likewise for each entry of a pasted list, for at most `max` URLs more than there are, a few
 * beyond; what is no entry is left out. NULL: no list. 0 or -ENOMEM. */
int samples_of_list(const char *list, size_t max, struct strings *urls);

/* Appends what no client may ever ask the proxy for: the metadata service, and the credentials
 * endpoints of ECS and EKS. 0 or -ENOMEM. */
int samples_of_ec2(struct strings *urls);
