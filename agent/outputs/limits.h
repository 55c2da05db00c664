/* SPDX-License-Identifier: MIT */
#pragma once

/* What a consumer can read of what we write: too long a line is dropped or cut by many of them, and
 * none says so. */

#include "outputs/plan.h"

/* Checks a planned file, before it is written: our lines, and those of others that we displace,
 * against the limits of its consumer, or, where a value is no line, the values of the environment;
 * its size, and that of the backup, against what can be read back; and how much it grows. 0; -E2BIG
 * or -EFBIG and an error with EX_CONFIG; or -ENOMEM and an error. */
int limits_check(
    const struct environment *environment, const struct output_result *result, struct error *err);

/* Appends a warning for a line that old versions of a consumer cut, one for each consumer. 0 or
 * -ENOMEM. */
int limits_warn(const struct output_request *request, const struct output_results *results,
    struct strings *warnings);
