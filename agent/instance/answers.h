/* SPDX-License-Identifier: MIT */
#pragma once

/* Whether an answer of the metadata service can be what was asked for. Something else may answer in
 * its place, and what it says must not widen the list of what is direct. */

#include <stdbool.h>

#include "lib/address.h"

/* "us-east-1", "us-gov-west-1": words of lower-case letters and digits with a '-' between them,
 * three at least, the first without digits, the last a number.
 * https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html */
bool answer_is_region(const char *text);

/* "amazonaws.com", "c2s.ic.gov": a DNS name of two labels at least, and no IPv4 address. */
bool answer_is_domain(const char *text);

/* A block that a VPC can have. IPv4: a prefix of 16 to 28 bits, and none of the blocks that are
 * kept for other uses. IPv6: 44 to 60 bits, and neither link-local, multicast nor of "::/8".
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html */
bool answer_is_vpc_block(const struct address *block);
