/* SPDX-License-Identifier: MIT */
#pragma once

/* Signature Version 4 of a request to a service of AWS: a pure function of the request, the
 * credentials and the time. libcurl's own signing leaves the session token unsigned before 7.86 and
 * cannot correct the clock before 8.3.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */

#include <stdint.h>

#include "lib/buffer.h"

enum { SIGV4_DATE_MAX = 17 }; /* "20261129T155424Z" and the NUL */

/* All borrowed. Always POST, and always the path "/" without a query. No text has a line end. */
struct sigv4_request {
    const char *host;         /* as in the Host header: with a port unless it is 443; lower case */
    const char *content_type; /* of these two, blanks may be anywhere */
    const char *target;       /* X-Amz-Target: "AmazonSSM.GetParameters" */
    const char *body;         /* NULL only where it is empty */
    size_t body_size;
    const char *access_key_id;
    const char *secret_access_key;
    const char *session_token; /* NULL or "": none; then there must be no such header */
    const char *region;
    const char *service; /* the signing name: "ssm" */
    int64_t time;        /* seconds since 1970, as the service has it */
};

/* The values of the two headers that the signature adds. Zero-initialise: {0}. */
struct sigv4_headers {
    char date[SIGV4_DATE_MAX]; /* X-Amz-Date */
    char *authorization;       /* Authorization */
};

/* Signs Content-Type, Host, X-Amz-Date, X-Amz-Target, and X-Amz-Security-Token where there is a
 * token: the request must have each of them as it is here. 0 and *ret, which the caller frees with
 * sigv4_headers_free(); -ERANGE for a time before 1970 or behind the year 9999; or -ENOMEM. */
int sigv4_sign(const struct sigv4_request *request, struct sigv4_headers *ret);

void sigv4_headers_free(struct sigv4_headers *headers);

#define _cleanup_sigv4_headers_ _cleanup_(sigv4_headers_free)
