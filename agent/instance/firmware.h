#pragma once

/* Whether this machine can be an EC2 instance: elsewhere nothing answers at the metadata service's
 * address, and a boot must not wait for it. */

#include <stdbool.h>

#include "files/tree.h"

/* What the firmware and the hypervisor say of the machine; NULL where they say nothing. */
struct machine {
    char *vendor;          /* sys_vendor */
    char *bios_version;    /* bios_version */
    char *asset_tag;       /* board_asset_tag */
    char *product_uuid;    /* product_uuid */
    char *hypervisor_uuid; /* /sys/hypervisor/uuid */
};

/* Reads them from /sys of the tree. 0 or -ENOMEM; what cannot be read is left out. The caller frees
 * *ret with machine_free(). */
int machine_read(const struct tree *tree, struct machine *ret);
void machine_free(struct machine *machine);

/* False only when the firmware names its vendor and nothing is a sign of EC2:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/identify_ec2_instances.html */
bool machine_can_be_ec2(const struct machine *machine);

#define _cleanup_machine_ _cleanup_(machine_free)
