/* SPDX-License-Identifier: MIT */
#pragma once

/* IP addresses and blocks of them (CIDR), as text and as bytes. */

#include <stdbool.h>

/* "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff/128" and the NUL. */
enum { ADDRESS_TEXT_MAX = 64 };

struct address {
    int family; /* AF_INET or AF_INET6 */
    unsigned char bytes[16];
    unsigned int prefix; /* bits: 32 or 128 for a single address */
    bool is_block;       /* a prefix was written */
};

/* Reads an IPv4 or IPv6 address, in dotted or colon form without brackets, with "/bits" behind it
 * or without. 0, or -EINVAL with *ret untouched. Bits of the host in a block are cleared. */
int address_parse(const char *text, struct address *ret);

/* Clears the bits behind the prefix. */
void address_clear_host_bits(struct address *address);

/* Whether both are the same address, or the same block. A block of one address is its address. */
bool address_equal(const struct address *a, const struct address *b);

/* Whether the address, or each one of the block, is the other one, or in it. */
bool address_contains(const struct address *block, const struct address *address);

/* Whether some address is in both. */
bool address_overlaps(const struct address *a, const struct address *b);

/* Writes the canonical text (RFC 5952 for IPv6). */
void address_format(const struct address *address, char text[static ADDRESS_TEXT_MAX]);
