/* SPDX-License-Identifier: MIT */
#pragma once

/* Parameter Store's GetParameters: the body of a request, and what an answer says. Pure.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */

#include "lib/buffer.h"
#include "lib/error.h"
#include "lib/strings.h"

#define PARAMETERS_TARGET "AmazonSSM.GetParameters"

enum { PARAMETERS_NAMES_MAX = 10 }; /* in one request */

enum parameter_type { PARAMETER_STRING, PARAMETER_STRING_LIST, PARAMETER_SECURE_STRING };

struct parameter {
    char *name; /* as it was asked for, without a selector (":version", ":label") */
    enum parameter_type type;
    char *value; /* decrypted; a list has commas between its items */
};

/* Zero-initialise: {0}. On memory that is wiped when freed. */
struct parameters {
    struct parameter *items; /* each name once, in no order */
    size_t count;
    struct strings missing; /* the names of those that do not exist, as they were asked for */
};

/* Appends the request for these names, 1 to PARAMETERS_NAMES_MAX, with decryption. 0 or -ENOMEM. */
int parameters_request(const struct strings *names, struct buffer *ret);

/* Reads the answer. 0 and *ret, which the caller frees with parameters_free(); -EBADMSG and an
 * error with EX_DATAERR that says where it has another shape than AWS documents, and quotes
 * nothing; or -ENOMEM and an error. */
int parameters_read(const struct buffer *answer, struct parameters *ret, struct error *err);

/* The parameter of that name, or NULL. Borrowed. */
const struct parameter *parameters_find(const struct parameters *parameters, const char *name);

void parameters_free(struct parameters *parameters);

#define _cleanup_parameters_ _cleanup_(parameters_free)
