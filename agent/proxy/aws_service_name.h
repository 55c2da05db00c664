/* SPDX-License-Identifier: MIT */
#pragma once

/* What people write for an AWS service, taken apart. */

#include <stdbool.h>
#include <stddef.h>

#include "lib/cleanup.h"
#include "proxy/aws_services.h"

/* https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html,
 * and the SDKs' partitions.json. */
struct aws_partition {
    const char *name;    /* as in ARNs */
    const char *regions; /* how its regions begin */
    const char *domain;
    const char *endpoint_services; /* how their names begin */
    const char *dual_stack;        /* NULL: it has no such names */
    const char *on_aws;            /* likewise */
};

/* The partition of a region; that of a domain, or NULL: of two that share it, either, as only their
 * names and regions differ. */
const struct aws_partition *aws_partition_of_region(const char *region);
const struct aws_partition *aws_partition_of_domain(const char *domain);

bool aws_service_begins_with(const char *text, const char *front);

/* "us-east-1", "eusc-de-east-1", "us-gov-west-1": letters, words, a number. No service is named
 * like that. The text is not NUL-terminated. */
bool aws_service_is_region(const char *text, size_t length);

/* Whether a name is this domain (NULL: none) or below it. If so *ret_length is the length of what
 * stands in front of it, without the dot. */
bool aws_service_is_below(const char *name, const char *domain, size_t *ret_length);

/* Whether a name is below a domain of AWS, or is one. If so *ret_length is the length of what
 * stands in front of it, without the dot: 0 for the domain itself. */
bool aws_service_is_aws_name(const char *name, size_t *ret_length);

enum aws_service_form {
    AWS_SERVICE_HOST,     /* a host name */
    AWS_SERVICE_NAME,     /* a name to look up */
    AWS_SERVICE_ENDPOINT, /* the id of one endpoint */
    AWS_SERVICE_FOREIGN,  /* an endpoint service of somebody */
    AWS_SERVICE_NOTHING,  /* the front of a name, with no service behind it */
};

/* What was written, taken apart. */
struct aws_service_reading {
    enum aws_service_form form;
    char *name;           /* lower case */
    char *region;         /* NULL: that of the instance */
    const char *patterns; /* of a name that is not in the table */
};

/* 0 and *ret, which the caller frees with aws_service_reading_free(); or -ENOMEM. */
int aws_service_read(
    const char *text, const struct aws_service_place *place, struct aws_service_reading *ret);
void aws_service_reading_free(struct aws_service_reading *reading);

#define _cleanup_aws_service_reading_ _cleanup_(aws_service_reading_free)
