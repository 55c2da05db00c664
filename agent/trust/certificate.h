/* SPDX-License-Identifier: MIT */
#pragma once

/* A certificate of an authority (CA), and whether every client will trust it. */

#include <stdbool.h>
#include <stdint.h>

#include "lib/buffer.h"
#include "lib/error.h"
#include "lib/strings.h"

enum { CERTIFICATE_HASH_MAX = 9 };

struct certificate {
    char *subject;                   /* for people, on one line */
    char *issuer;                    /* likewise */
    struct buffer base64;            /* of its DER, without blanks: what it is in any PEM file */
    char hash[CERTIFICATE_HASH_MAX]; /* the first eight hex digits of its SHA-256 */
    bool has_ended;                  /* it is not valid any more */
};

/* Reads a certificate from base64 with blanks of any kind, as it is between the lines of a PEM
 * block, into an empty *ret. 0; -EBADMSG and an error with EX_CONFIG where it is broken, or where
 * `now` (seconds since 1970) or any time clients refuse it as an authority, except where it has
 * ended; -ELIBACC and an error, as certificate_refuse() has it; -ENOMEM; each error without the
 * block. Appends to `warnings` what some clients refuse,
 * without the block, too. The caller frees *ret with certificate_free(), also after a failure. */
int certificate_read(const char *body, size_t length, int64_t now, struct certificate *ret,
    struct strings *warnings, struct error *err);

/* Reads such base64, whatever it certifies, and appends it without blanks: what any other copy of
 * the certificate has, too. 0; -EBADMSG where clients cannot read it; -ELIBACC: a portable build
 * has found no libcrypto; or -ENOMEM. */
int certificate_normalize(const char *body, size_t length, struct buffer *ret);

/* Makes an error of -ELIBACC or -ENOMEM, and returns it. */
int certificate_refuse(int r, struct error *err);

void certificate_free(struct certificate *certificate);

#define _cleanup_certificate_ _cleanup_(certificate_free)
