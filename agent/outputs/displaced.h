/* SPDX-License-Identifier: MIT */
#pragma once

/* What somebody loses when our settings take the place of his: hosts that his NO_PROXY list
 * exempts, and the login of his proxy. */

#include "outputs/plan.h"

/* Appends a warning for each file in which this run displaces such a setting, each host once in
 * all; and one for each file that is masked. 0 or -ENOMEM. */
int outputs_warn(const struct output_request *request, const struct output_results *results,
    struct strings *warnings);
