/* SPDX-License-Identifier: MIT */
#pragma once

/* What units/ec2bootstrap.slice lets through: the metadata service's own addresses, and loopback.
 * Packets to others are dropped, which looks as if nobody were there. */

#include <stdbool.h>

#include "lib/buffer.h"
#include "lib/error.h"

/* Whether a process is in the slice, by the text of its /proc/PID/cgroup. */
bool slice_has(const struct buffer *cgroup);

/* Whether the slice lets an endpoint ("http://HOST[:PORT]") through: not where its host is a name.
 */
bool slice_allows(const char *endpoint);

/* Appends a blank and its address for each name server of a resolv.conf(5) that the slice keeps
 * away. 0 or -ENOMEM. */
int slice_append_name_servers(const struct buffer *resolv_conf, struct buffer *ret);

/* After a failure to reach the endpoint: says how the slice opens, where this process is in it and
 * the endpoint is one that it may not let through. */
void slice_explain(const char *endpoint, struct error *err);
