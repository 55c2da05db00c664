/* SPDX-License-Identifier: MIT */
#pragma once

/* The temporary credentials of the instance's IAM role. */

#include <stdbool.h>
#include <time.h>

#include "lib/buffer.h"
#include "lib/error.h"

/* All strings are on memory that is wiped when freed. */
struct credentials {
    char *access_key_id;
    char *secret_access_key;
    char *session_token;
    char *expiration; /* as IMDS wrote it: 2026-01-02T03:04:05Z */
    time_t expires;   /* the same, in seconds since 1970 */
};

/* Takes the role's name out of the answer to meta-data/iam/security-credentials/: its only line. 0
 * and *ret, which the caller frees with mem_free(); -EAGAIN and an error with EX_TEMPFAIL when
 * no role is named yet; -EBADMSG and an error with EX_DATAERR when what is named cannot be a role:
 * it is [A-Za-z0-9+=,.@_-]{1,64},
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
int credentials_parse_role(const struct buffer *body, char **ret, struct error *err);

/* Reads the JSON document of a role's credentials. 0 and *ret, which the caller frees with
 * credentials_free(); -EAGAIN and an error, with EX_TEMPFAIL when the service says that there
 * are none and EX_DATAERR when the document cannot be used: a later one may be better; or -ENOMEM.
 * An error quotes no secret. */
int credentials_parse(const struct buffer *body, struct credentials *ret, struct error *err);

/* What the answer to meta-data/iam/info says about the instance profile, when it is not "Success":
 * "InstanceProfileNotFound", say. 0 and *ret, which is NULL where there is nothing to tell and
 * which the caller frees with mem_free(); or -ENOMEM. */
int credentials_parse_info(const struct buffer *body, char **ret);

bool credentials_have_expired(const struct credentials *credentials, time_t now);

void credentials_free(struct credentials *credentials);

#define _cleanup_credentials_ _cleanup_(credentials_free)
