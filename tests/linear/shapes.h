/* SPDX-License-Identifier: MIT */
#pragma once

/* The shapes, each list ended by one without a unit. */

#include "linear.h"

extern const struct shape common_shapes[];
extern const struct shape json_shapes[];
extern const struct shape settings_shapes[];
extern const struct shape many_shapes[];
extern const struct shape list_shapes[];
extern const struct shape service_shapes[];
extern const struct shape url_shapes[];
extern const struct shape redact_shapes[];
extern const struct shape url_list_shapes[];
extern const struct shape facts_shapes[];
extern const struct shape pem_shapes[];
extern const struct shape diff_shapes[];
extern const struct shape script_shapes[];
extern const struct shape apt_shapes[];
extern const struct shape sudo_shapes[];
extern const struct shape unit_shapes[];
extern const struct shape environment_d_shapes[];
extern const struct shape ini_shapes[];
extern const struct shape pam_shapes[];
extern const struct shape output_shapes[];
