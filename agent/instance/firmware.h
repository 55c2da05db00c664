/* SPDX-License-Identifier: MIT */
#pragma once

/* Whether this machine can be an EC2 instance: on other machines nothing answers at the metadata
 * service's address, and a boot must not wait for it. */

#include <stdbool.h>

#include "files/tree.h"

/* What the firmware and the hypervisor say of the machine; NULL where they say nothing. */
struct firmware {
    char *vendor;          /* sys_vendor */
    char *bios_version;    /* bios_version */
    char *asset_tag;       /* board_asset_tag */
    char *product_uuid;    /* product_uuid */
    char *hypervisor_uuid; /* /sys/hypervisor/uuid */
};

/* Reads them from /sys of the tree; what is not for us to read is left out. 0, or a negative errno
 * when not all could be looked at. The caller frees *ret with firmware_free(), also then. */
int firmware_read(const struct tree *tree, struct firmware *ret);
void firmware_free(struct firmware *firmware);

/* False only when the firmware names its vendor and nothing is a sign of EC2:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/identify_ec2_instances.html */
bool firmware_can_be_ec2(const struct firmware *firmware);

#define _cleanup_firmware_ _cleanup_(firmware_free)
