/* SPDX-License-Identifier: MIT */
#pragma once

/* Which outputs would take exemptions from their consumers. */

#include "outputs/plan.h"

/* Whether an output that nobody names is left out, as its consumer would send exempt hosts to the
 * proxy. 1, 0 or -ENOMEM. */
int exemptions_leave_out(const struct output_request *request, const struct output *output);

/* Appends a warning for each output that is left out, or that is written though its consumer has no
 * list. 0 or -ENOMEM. */
int exemptions_warn(const struct output_request *request, struct strings *warnings);
