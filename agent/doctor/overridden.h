/* SPDX-License-Identifier: MIT */
#pragma once

/* What the detectors of overrides/ have found, as findings. */

#include "doctor/check.h"

/* Adds those of services, or all others. 0 or -ENOMEM. */
int overridden_find(const struct overrides *overrides, bool of_services, struct doctor_result *ret);

/* Whether a unit sets a variable of ours itself, or takes it away. */
bool overridden_has_unit(const struct overrides *overrides, const char *unit);
