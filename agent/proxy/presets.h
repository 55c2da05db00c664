/* SPDX-License-Identifier: MIT */
#pragma once

/* Presets: what a cluster's own traffic needs to stay direct, by the name of its kind. */

#include <stdbool.h>

#include "lib/address.h"

struct preset {
    const char *name;
    /* As somebody would write them into no_proxy.add, separated by commas. */
    const char *names;
    const char *pods;     /* blocks; "": the pods have other addresses */
    const char *services; /* blocks that services have, unless the cluster says otherwise */
    bool has_node_config; /* it can be asked: instance/node_config.h */
    /* Where its programs are, ended by NULL: one of them means that it is on this machine. */
    const char *const *programs;
    bool is_general; /* meant only where no other one is */
};

/* Ended by a preset without a name. */
extern const struct preset presets[];

/* Whether a block can be one of a cluster's services: private, and of a size that EKS takes. */
bool preset_is_service_block(const struct address *block);

/* NULL when there is none of that name. */
const struct preset *preset_find(const char *name);
