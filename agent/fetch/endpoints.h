/* SPDX-License-Identifier: MIT */
#pragma once

/* Which hosts of AWS's services this instance reaches by a private address, as those of an
 * interface endpoint with private DNS are. */

#include "aws/way.h"
#include "lib/error.h"
#include "lib/strings.h"
#include "setup/setup.h"

/* The network as the facts know it, with a proxy or NULL. Borrowed. */
struct way_network fetch_network(const struct facts *facts, const char *proxy);

/* Whether there are addresses, and all of them are private, or in a block of the VPC. */
bool endpoints_are_private(const struct facts *facts, const struct strings *addresses);

/* What the resolver said. Zero-initialise: {0}. */
struct endpoints {
    struct strings hosts;        /* all of whose addresses are private, as of no_proxy.services */
    struct strings public_hosts; /* with an address that is not; ".suffix" for those below it */
    size_t unanswered_count;     /* of which nothing is known */
    size_t left_out_count;       /* private ones that the list has no place for */
    size_t room;                 /* what is left of the list, in bytes */
    bool is_wildcard; /* a name that cannot exist has a private address: no host is taken */
};

/* Asks for the hosts of these services, NULL: of all in the table, in one child within timeout_ms,
 * after setup_ask(): the region, the domain and the blocks of the VPC are known. 0; or a negative
 * errno and an error. The caller frees *ret with endpoints_free(), also after a failure. */
int endpoints_find(const struct setup *setup, const struct strings *services, uint64_t timeout_ms,
    struct endpoints *ret, struct error *err);

/* Where no_proxy.services has names: appends to setup->warnings which of them clients will reach by
 * a public address. After setup_ask(); nothing is asked where no name is written, or the region is
 * not known. As endpoints_find(). */
int endpoints_check_named(struct setup *setup, uint64_t timeout_ms, struct error *err);

void endpoints_free(struct endpoints *endpoints);

#define _cleanup_endpoints_ _cleanup_(endpoints_free)
