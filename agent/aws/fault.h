/* SPDX-License-Identifier: MIT */
#pragma once

/* What an answer of AWS that is not the result asked for means: its code, not its HTTP status,
 * which differs between services and over the years. Pure.
 *
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization */

#include "lib/buffer.h"

enum {
    FAULT_CODE_MAX = 64,
    FAULT_MESSAGE_MAX = 384,
};

enum fault_kind {
    FAULT_THROTTLED,   /* too many requests: again, later */
    FAULT_TROUBLE,     /* the service's own trouble: likewise */
    FAULT_CREDENTIALS, /* they have expired, or are not known: again with new ones, once */
    FAULT_SIGNATURE,   /* the clocks differ, or the secret key is wrong: compare the clocks, once */
    FAULT_DENIED,      /* a policy does not allow it */
    FAULT_MISSING,     /* there is no such thing */
    FAULT_DECRYPTION,  /* the key cannot be used */
    FAULT_DELETED,     /* the secret is scheduled for deletion */
    FAULT_INVALID,     /* any other code of AWS's: the request will never be right */
    FAULT_FOREIGN,     /* something other than AWS answers */
    FAULT_KINDS
};

struct fault {
    enum fault_kind kind;
    char code[FAULT_CODE_MAX]; /* "AccessDeniedException"; "": none; letters, digits, '.', '_', '-'
                                */
    char message[FAULT_MESSAGE_MAX]; /* AWS's words, on one line that prints, cut where longer; "":
                                        none, and always of FAULT_SIGNATURE, whose words can have
                                        the session token in them */
};

/* Reads an answer whose status is not 200. error_type is the header x-amzn-ErrorType, or "". 0 and
 * *ret, or -ENOMEM. */
int fault_read(int status, const char *error_type, const struct buffer *body, struct fault *ret);
