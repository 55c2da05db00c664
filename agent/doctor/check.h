/* SPDX-License-Identifier: MIT */
#pragma once

/* A check: what it needs, and a function that looks. All of them only read. Adding one is a file
 * with a function, its declaration here, a row in checks.c and its findings in kinds.c. */

#include "doctor/result.h"
#include "setup/setup.h"

/* What a check needs, a bit each. */
enum {
    NEEDS_SETTINGS = 1 << 0, /* that they can be read: without them it is left out */
    NEEDS_IMDS = 1 << 1,     /* that the metadata service was asked */
    NEEDS_PLAN = 1 << 2,     /* what run would write now */
    NEEDS_NETWORK = 1 << 3,  /* it waits for others, so it runs beside the rest, in a process */
    NEEDS_ROOT = 1 << 4,     /* as another user it sees only a part */
};

/* What is known of the machine before the checks run. */
struct doctor {
    const struct setup_options *options;
    uint64_t end_ms; /* of CLOCK_MONOTONIC: when all checks have to be done */
    int64_t now;     /* in seconds since 1970 */
    /* Whether these checks are among those that run. */
    bool checks_settings, checks_imds;

    struct setup setup;
    int opened; /* of setup_open(): 0, or a negative errno, and … */
    struct error open_error;
    int checked; /* likewise of setup_check() */
    struct error check_error;

    bool is_asked;        /* the metadata service was to be asked */
    bool is_disabled;     /* … and a variable forbids it */
    char *foreign_vendor; /* of the firmware of a machine that is not on EC2; NULL: it can be */
    int asked;            /* of setup_ask() */
    struct error ask_error;
    bool knows_facts; /* what NO_PROXY is made of is known: of IMDS, or kept of it */

    bool has_plan;
    bool is_sure;            /* … and all is known that it is made of */
    struct error plan_error; /* why there is none */
    struct overrides overrides;
    int trusted; /* of trust_refresh(), which fills setup.trust and changes nothing */
    struct error trust_error;
};

struct doctor_check {
    const char *name;
    const char *summary; /* one line */
    unsigned int needs;

    /* Adds what it finds. 0, or -ENOMEM. */
    int (*run)(const struct doctor *doctor, struct doctor_result *ret);
};

/* In the order of reports; ended by one without a name. */
extern const struct doctor_check doctor_checks[];

int doctor_check_imds(const struct doctor *doctor, struct doctor_result *ret);
int doctor_check_proxy(const struct doctor *doctor, struct doctor_result *ret);
int doctor_check_settings(const struct doctor *doctor, struct doctor_result *ret);
int doctor_check_outputs(const struct doctor *doctor, struct doctor_result *ret);
int doctor_check_services(const struct doctor *doctor, struct doctor_result *ret);
int doctor_check_no_proxy(const struct doctor *doctor, struct doctor_result *ret);
int doctor_check_trust(const struct doctor *doctor, struct doctor_result *ret);
int doctor_check_endpoints(const struct doctor *doctor, struct doctor_result *ret);
int doctor_check_unit(const struct doctor *doctor, struct doctor_result *ret);
int doctor_check_clock(const struct doctor *doctor, struct doctor_result *ret);
