/* SPDX-License-Identifier: MIT */
#pragma once

/* The checks that are asked for, from what they need to what they found. */

#include "doctor/side_by_side.h"

enum { DOCTOR_CHECKS_MAX = 16, DOCTOR_DEADLINE_MS = 10000 };

/* Zero-initialise: {0}. */
struct doctor_report {
    struct doctor_run runs[DOCTOR_CHECKS_MAX]; /* in the order of the checks */
    size_t count;
};

/* Chooses checks by their names, all for none. 0, or -EINVAL and an error with EX_USAGE that offers
 * the nearest name. */
int doctor_choose(
    char *const names[], size_t count, struct doctor_report *report, struct error *err);

/* Runs them, in at most DOCTOR_DEADLINE_MS for all that waits for somebody. 0; -EINVAL and an error
 * with EX_USAGE: there is no such root; or -ENOMEM and an error. The caller frees *report with
 * doctor_report_free(), also after a failure. */
int doctor_run(
    const struct setup_options *options, struct doctor_report *report, struct error *err);

/* How many findings say that something is wrong. */
size_t doctor_report_wrong(const struct doctor_report *report);

void doctor_report_free(struct doctor_report *report);

#define _cleanup_doctor_report_ _cleanup_(doctor_report_free)
