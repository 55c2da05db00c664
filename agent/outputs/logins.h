/* SPDX-License-Identifier: MIT */
#pragma once

/* A login in a file that others can read. */

#include "outputs/plan.h"

/* Appends a warning for each file that has, or is to have, our login and that others than its owner
 * can read, where its consumer does without that. 0 or -ENOMEM. */
int logins_warn(const struct output_request *request, const struct output_results *results,
    struct strings *warnings);
