/* SPDX-License-Identifier: MIT */
#pragma once

/* The instance's tags, as the metadata service has them where the instance's options allow it.
 * Every process on the instance can read them.
 *
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/work-with-tags-in-IMDS.html */

#include "imds/client.h"
#include "lib/error.h"
#include "lib/strings.h"

enum { TAGS_MAX = 50 }; /* an instance has no more */

/* Zero-initialise: {0}. */
struct tags {
    struct strings keys;   /* whole */
    struct strings values; /* of each key */
    bool are_absent;       /* the metadata service does not give out tags, or there are none */
};

/* Asks an opened client for the tags whose keys begin with the prefix: a request for the keys, then
 * one for each. 0, or a negative errno and an error. The caller frees *ret with tags_free(), also
 * after a failure. */
int tags_read(struct imds_client *client, const char *prefix, struct tags *ret, struct error *err);

void tags_free(struct tags *tags);

#define _cleanup_tags_ _cleanup_(tags_free)
