/* SPDX-License-Identifier: MIT */
#pragma once

/* The outputs, in the order in which they are written. Each NAME is the struct NAME_output of
 * outputs/NAME.c. */

#include "outputs/output.h"

/* clang-format off */
#define OUTPUTS(row)       \
    row(environment)       \
    row(systemd)           \
    row(profile)           \
    row(sysconfig)         \
    row(apt)               \
    row(dnf)               \
    row(docker)            \
    row(ecs)               \
    row(ssm_agent)         \
    row(cloudwatch_agent)  \
    row(codedeploy_agent)  \
    row(snapd)             \
    row(sudo)
/* clang-format on */

#define OUTPUT_DECLARE(name) extern const struct output name##_output;
OUTPUTS(OUTPUT_DECLARE)

extern const struct output *const outputs_table[];
extern const size_t outputs_count;
