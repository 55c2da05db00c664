/* SPDX-License-Identifier: MIT */
#pragma once

/* Where the instance metadata service is. */

#include <stdbool.h>

#include "lib/error.h"
#include "lib/strings.h"

enum imds_mode { IMDS_MODE_AUTO, IMDS_MODE_IPV4, IMDS_MODE_IPV6, IMDS_MODES };

/* "auto", "ipv4", "ipv6": as the settings have them. */
extern const char *const imds_mode_words[IMDS_MODES];

/* Everything that may name the endpoint, strongest first; NULL where it was not given.
 *
 * The variables are those of the AWS SDKs:
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html */
struct imds_endpoint_sources {
    const char *setting;              /* --endpoint, else imds.endpoint */
    enum imds_mode setting_mode;      /* imds.mode */
    const char *environment_endpoint; /* AWS_EC2_METADATA_SERVICE_ENDPOINT */
    const char *environment_mode;     /* AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE */
};

/* Whether any source says where the service is: then it is there, whatever the machine is. */
bool imds_endpoint_is_named(const struct imds_endpoint_sources *sources);

/* Appends the endpoints to try at once, one or two, as "http://host[:port]". 0; -EINVAL and an
 * error with EX_CONFIG that names the source; or -ENOMEM. */
int imds_endpoint_choose(
    const struct imds_endpoint_sources *sources, struct strings *ret, struct error *err);

/* Checks one endpoint URL and appends it in canonical form. 0; -EINVAL and in *ret_reason what is
 * wrong with it; or -ENOMEM. */
int imds_endpoint_parse(const char *text, struct strings *ret, const char **ret_reason);
