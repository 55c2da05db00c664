/* SPDX-License-Identifier: MIT */
#pragma once

/* What a call that failed comes to: whether another attempt can help, and the words for a person.
 * Pure. */

#include "aws/call.h"
#include "aws/fault.h"
#include "aws/https.h"

/* Of a request without an answer. Returns -EAGAIN where a later attempt may do better, else another
 * negative errno; always with an error. */
int call_failure_of_request(
    const struct call *call, const struct https_request *request, struct error *err);

/* Of an answer that is a fault. Likewise. */
int call_failure_of_fault(const struct call_options *options, const struct call *call, int status,
    const struct fault *fault, struct error *err);
