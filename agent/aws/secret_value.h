/* SPDX-License-Identifier: MIT */
#pragma once

/* Secrets Manager's GetSecretValue: the body of a request, and what an answer says. Pure.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */

#include "lib/buffer.h"
#include "lib/error.h"

#define SECRET_VALUE_TARGET "secretsmanager.GetSecretValue"

enum { SECRET_VALUE_SIZE_MAX = 65536 };

/* Zero-initialise: {0}. On memory that is wiped when freed. */
struct secret_value {
    char *name;    /* without the six characters that its ARN has at the end */
    char *version; /* its id; "": the answer has none */
    char *text;    /* what was stored as text, often a JSON object of strings; never empty */
};

/* Appends the request for a secret: its name, or its ARN, which one of another account needs.
 * stage: "AWSPREVIOUS", or NULL for the current version. 0 or -ENOMEM. */
int secret_value_request(const char *id, const char *stage, struct buffer *ret);

/* Reads the answer. 0 and *ret, which the caller frees with secret_value_free(); -EBADMSG and an
 * error: with EX_CONFIG where the secret is binary or empty, with EX_DATAERR where the answer has
 * another shape than AWS documents, or is larger; or -ENOMEM and an error. No error quotes the
 * secret. */
int secret_value_read(const struct buffer *answer, struct secret_value *ret, struct error *err);

void secret_value_free(struct secret_value *secret);

#define _cleanup_secret_value_ _cleanup_(secret_value_free)
