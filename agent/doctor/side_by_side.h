/* SPDX-License-Identifier: MIT */
#pragma once

/* Checks that wait for others, each in a process of its own, so that none waits for another one and
 * all can be ended. */

#include "doctor/check.h"

/* A check that runs, or has run. Zero-initialise: {0}; the caller sets `check`. */
struct doctor_run {
    const struct doctor_check *check;
    bool is_left_out; /* it cannot be made: result.unseen has the reason */
    struct doctor_result result;

    int from_child; /* while it runs; -1 otherwise */
    int child;      /* its process */
    uint64_t started_ms;
    struct buffer bytes; /* what has come from it */
};

/* Starts the check in a process. 0, also where none can be had: then its result says so; or
 * -ENOMEM. */
int side_by_side_start(const struct doctor *doctor, struct doctor_run *run);

/* Waits for all that were started, until doctor->end_ms; what has not ended then is killed, and its
 * result says so. 0 or -ENOMEM. */
int side_by_side_wait(const struct doctor *doctor, struct doctor_run runs[], size_t count);

/* What a process sends: the result as texts that end in a NUL each. 0 or -ENOMEM; and back, 0,
 * -EBADMSG when it is not whole, or -ENOMEM. The caller frees *ret, also after a failure. */
int doctor_result_pack(const struct doctor_result *result, struct buffer *ret);
int doctor_result_unpack(const struct buffer *bytes, struct doctor_result *ret);
