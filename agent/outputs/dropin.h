#pragma once

/* Drop-ins that set the variables of one service: Environment= in systemd.exec(5). */

#include "outputs/output.h"

/* Appends the section with a line for each variable. 0 or -ENOMEM. */
int dropin_body(const struct proxy_values *values, struct buffer *ret);

/* Whether systemd reads each variable as it was meant: see struct output_file. */
int dropin_verify(
    const struct proxy_values *values, const struct content *content, struct error *err);
