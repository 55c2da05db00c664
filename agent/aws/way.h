/* SPDX-License-Identifier: MIT */
#pragma once

/* The way to a host of AWS: direct where all of its addresses are private, as those of an interface
 * endpoint are; else through the known proxy; else direct. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/address.h"
#include "lib/error.h"
#include "lib/strings.h"

/* Those of the VPC, which are private whatever they look like. Borrowed. */
struct way_blocks {
    const struct address *items;
    size_t count;
};

/* What is known of the network. All borrowed. */
struct way_network {
    const char *proxy; /* "http://HOST:PORT" or "https://HOST:PORT", without a login; NULL: none */
    struct way_blocks ipv4, ipv6;
};

/* Zero-initialise: {0}. */
struct way {
    char *proxy;              /* as above; NULL: direct */
    char *port;               /* of the peer: the proxy, or the host */
    struct strings addresses; /* likewise; at least one */
};

/* Whether an address is private: of RFC 1918, of 100.64.0.0/10, of fc00::/7, or in a block. */
bool way_is_private(const struct address *address, const struct way_network *network);

/* Looks the host up (lib/resolve.h; a whole name, or an address), and the proxy where it is needed,
 * in at most timeout_ms. The host is not needed where the proxy is: it may know the name alone. 0
 * and *ret, which the caller frees with way_free(); an error with EX_UNAVAILABLE, and -ENOENT:
 * there is no such name, or -EAGAIN: no answer now; or -ENOMEM and an error. */
int way_find(const char *host, const char *port, const struct way_network *network,
    uint64_t timeout_ms, struct way *ret, struct error *err);

void way_free(struct way *way);

#define _cleanup_way_ _cleanup_(way_free)
