/* SPDX-License-Identifier: MIT */
#pragma once

/* The NodeConfig of an EKS node, which nodeadm reads from user-data:
 * https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/api/. */

#include "lib/buffer.h"

struct node_config {
    char *endpoint; /* spec.cluster.apiServerEndpoint, a URL; NULL: not known */
    char *services; /* spec.cluster.cidr, of the cluster's services; NULL: not known */
};

/* Reads what user-data says of the cluster, into an empty *ret; of several documents the last one
 * counts. They can be YAML in block style, alone or as parts of a MIME message. Of what is not read
 * *ret_problem says why, a literal; it is NULL for none, also where nothing is a NodeConfig. 0 or
 * -ENOMEM. The caller frees *ret with node_config_free(), also after a failure. */
int node_config_read(
    const struct buffer *user_data, struct node_config *ret, const char **ret_problem);

void node_config_free(struct node_config *config);

#define _cleanup_node_config_ _cleanup_(node_config_free)
