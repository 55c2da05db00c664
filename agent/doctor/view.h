/* SPDX-License-Identifier: MIT */
#pragma once

/* What the doctor found, for a person and for a program. */

#include "doctor/run.h"

/* How much a person wants to read. */
struct doctor_view {
    bool is_quiet;   /* only what is wrong */
    bool is_verbose; /* also lines such as those of a diff */
    bool colour;
};

/* Appends the checks, each with its findings and what to do, and how many passed; printable. 0 or
 * -ENOMEM. */
int doctor_view_append_text(
    const struct doctor_report *report, const struct doctor_view *view, struct buffer *ret);

/* Appends a JSON array with an object for each check: docs/doctor.md. 0 or -ENOMEM. */
int doctor_view_append_json(const struct doctor_report *report, struct buffer *ret);

/* Appends the checks that there are, with what each looks at and needs; as JSON also what each can
 * find, of which docs/doctor.md is made. 0 or -ENOMEM. */
int doctor_view_append_list(bool json, struct buffer *ret);
