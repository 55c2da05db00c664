/* SPDX-License-Identifier: MIT */
#pragma once

/* The AWS services that are reached by VPC endpoints, and the names of their hosts. */

#include <stddef.h>

/* Patterns are separated by a blank. "host" is that host alone; ".suffix" is every name below it,
 * and never a host itself. In them stand N for the name as it was written, with "-fips" behind it
 * or without; R for the region; D for the partition's domain (amazonaws.com); A for the domain of
 * its dual-stack names (api.aws); O for that of on.aws. A pattern whose domain the partition does
 * not have is left out. */
struct aws_service {
    const char *name; /* several rows can have the same */
    const char *patterns;
    const char *regions; /* the row is only of regions that begin so; NULL: of all */
    const char *note;    /* what the patterns cannot express, and what to do; NULL: nothing */
};

/* What else a service is called: of the endpoint service, of the API, of the product. */
struct aws_service_alias {
    const char *name;
    const char *service;
};

extern const struct aws_service aws_service_table[];
extern const size_t aws_service_count;
extern const struct aws_service_alias aws_service_aliases[];
extern const size_t aws_service_alias_count;
