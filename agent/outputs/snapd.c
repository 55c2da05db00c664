/* SPDX-License-Identifier: MIT */
/* snapd reads /etc/environment, as an EnvironmentFile= of its service: that it finds what the
 * output "environment" has written is only checked. */

#include "formats/env_file.h"
#include "outputs/table.h"

const struct output snapd_output = { .name = "snapd",
    .files = { { .path = "/etc/environment",
        .consumers = LIST("/usr/lib/snapd/snapd", "/usr/libexec/snapd/snapd"),
        .verify = env_file_verify,
        .units = LIST("snapd.service") } } };
