#pragma once

/* /run/ec2-bootstrap/proxy.env, which every service reads through a drop-in with EnvironmentFile=-:
 * see units/50-ec2-bootstrap.conf and systemd.exec(5). */

#include "outputs/output.h"

int systemd_render(
    const struct proxy_values *values, const struct content *old, struct content *ret);
int systemd_verify(
    const struct proxy_values *values, const struct content *content, struct error *err);
