/* SPDX-License-Identifier: MIT */
#pragma once

/* The entries of `no_proxy.services`: what people write for an AWS service, and its hosts. */

#include <stdbool.h>

#include "lib/strings.h"

/* Where this instance is; borrowed, NULL where it is not known. */
struct aws_service_place {
    const char *region; /* us-east-1 */
    const char *domain; /* amazonaws.com */
};

/* Whether the hosts of a service depend on the region and the domain of the instance: not those of
 * a name that has a region in it, nor of a host. 1, 0 or -ENOMEM. */
int aws_service_needs_place(const char *text);

/* Appends the hosts of one service: "host" for that host alone, ".suffix" for all names below it;
 * those that an earlier one covers are left out. The text, in any letter case, is a name of the
 * table or another name of it ("ecr", "cloudwatch"); the name of an endpoint service
 * ("com.amazonaws.us-east-1.ecr.dkr"), or what stands behind the region in it; or a host
 * ("sts.us-east-1.amazonaws.com"), which is taken with the names below it. Any other name is taken
 * for one of the regular form. Appends warnings that a person should see. 0; 1 when the place is
 * needed and not known, with nothing appended; or -ENOMEM. */
int aws_service_append_hosts(const char *text, const struct aws_service_place *place,
    struct strings *hosts, struct strings *warnings);

/* Whether a name is that of a host of the table that no other name is below. 1, 0 or -ENOMEM. */
int aws_service_is_host_alone(const char *name);

/* Whether an entry of a NO_PROXY list, separated by commas, has a host of a service of the table in
 * it, or is below one, in any region. 1, 0 or -ENOMEM. */
int aws_service_is_exempt(const char *service, const char *no_proxy);
