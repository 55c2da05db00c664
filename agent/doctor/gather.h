/* SPDX-License-Identifier: MIT */
#pragma once

/* What checks have in common is found once, before they run. */

#include "doctor/check.h"

/* Finds what checks with these needs want, within doctor->end_ms. Failures are a part of what is
 * known: 0, or -ENOMEM. The caller sets `options` and `end_ms` before, and frees *doctor with
 * doctor_free(), also after a failure. */
int doctor_gather(struct doctor *doctor, unsigned int needs);

void doctor_free(struct doctor *doctor);

#define _cleanup_doctor_ _cleanup_(doctor_free)
