/* SPDX-License-Identifier: MIT */
#pragma once

/* The subnets of this machine's own network interfaces: a part of the VPC, where the metadata
 * service does not say what all of it is. */

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>

#include "files/tree.h"
#include "lib/address.h"
#include "lib/buffer.h"

enum { INTERFACES_LISTED_MAX = 128 };

/* One IPv4 address of an interface. */
struct interface {
    char name[IFNAMSIZ];
    bool is_up;
    bool is_loopback;
    bool is_point_to_point;
    bool is_ethernet;
    bool has_device; /* hardware is behind it, or what a hypervisor gives for hardware */
    struct address subnet;
};

/* Asks the kernel, without netlink, and the tree's /sys. 0 and the number of addresses in
 * *ret_count; or a negative errno. */
int interfaces_list(
    const struct tree *tree, struct interface ret[static INTERFACES_LISTED_MAX], size_t *ret_count);

/* Appends a line, "10.0.3.0/24", for each subnet that can be the VPC's, each once. Those of
 * bridges, tunnels and containers cannot. 0 or -ENOMEM. */
int interfaces_append_subnets(
    const struct interface interfaces[], size_t count, struct buffer *lines);
