/* SPDX-License-Identifier: MIT */
#pragma once

/* What the agent wants to know of its instance, in the fewest round trips: the token; then the role
 * and the facts; then the role's credentials and the VPC's address blocks. */

#include <stdbool.h>

#include "imds/client.h"
#include "instance/credentials.h"
#include "instance/node_config.h"
#include "lib/address.h"
#include "lib/error.h"
#include "lib/strings.h"

enum { FACTS_BLOCKS_MAX = 64 }; /* a VPC has at most 50, whatever the number of interfaces */

struct facts_want {
    bool credentials;
    bool region;            /* needed for the VPC's DNS suffix and for service names */
    bool domain;            /* needed for service names */
    bool vpc_blocks;        /* also those of IPv6 */
    bool node_config;       /* of an EKS node, in its user-data */
    bool vpc_ipv6_required; /* it is an error when those of IPv6 cannot be had */
};

/* Strings are NULL, and arrays empty, for what was not wanted or does not exist on this instance.
 */
struct facts {
    char *region; /* us-east-1 */
    char *domain; /* amazonaws.com */
    char *role;
    struct address *vpc_blocks; /* the IPv4 blocks of all interfaces, each once */
    size_t vpc_block_count;
    struct address *vpc_ipv6_blocks; /* likewise; most VPCs have none */
    size_t vpc_ipv6_block_count;
    char *vpc_ipv6_failure; /* why some answer cannot be used; NULL: all can */

    struct node_config node_config;
    const char *node_config_problem; /* why something in it is not read, a literal; or NULL */

    char *profile_code; /* what is wrong with the instance profile, if IMDS says so */

    bool has_credentials;
    struct credentials credentials;

    struct imds_request_stats *requests; /* as they went, for reports */
    size_t request_count;
};

/* Asks an opened client for all that is wanted, and waits for the facts. Not for the credentials:
 * where they are not there at the first attempt, has_credentials is false. 0, or a negative errno
 * and an error. The caller frees *facts, also after a failure, with facts_free(). */
int facts_fetch(struct imds_client *client, const struct facts_want *want, struct facts *facts,
    struct error *err);

/* Waits for the credentials until the client's deadline. 0, or a negative errno and an error, with
 * EX_TEMPFAIL when the instance has no role or the role no credentials. */
int facts_wait_credentials(struct imds_client *client, struct facts *facts, struct error *err);

/* Appends a warning to the list when the credentials have expired by now. 0 or -ENOMEM. */
int facts_check_expiry(const struct facts *facts, time_t now, struct strings *warnings);

/* How an answer is read, from wherever it comes. 0; or a negative errno and an error, with
 * EX_DATAERR where it is not valid. A region or a domain has at most 64 bytes: *data is a char *,
 * which is set. Blocks are a line for each: data is struct facts, which gets those that it has not.
 * See instance/answers.h. */
int facts_read_region(const struct buffer *body, void *data, struct error *err);
int facts_read_domain(const struct buffer *body, void *data, struct error *err);
int facts_read_blocks(const struct buffer *body, void *data, struct error *err);
int facts_read_ipv6_blocks(const struct buffer *body, void *data, struct error *err);

void facts_free(struct facts *facts);

#define _cleanup_facts_ _cleanup_(facts_free)
