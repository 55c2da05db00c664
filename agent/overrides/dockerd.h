/* SPDX-License-Identifier: MIT */
#pragma once

/* Options of dockerd, which win over its environment and are refused beside daemon.json. */

#include "overrides/service.h"

/* Adds the proxy options of a service that runs dockerd; the values are those of the service's
 * variables, which ExecStart= can name. 0 or -ENOMEM. */
int dockerd_check(
    const struct detection *detection, const struct service *service, const struct values *values);
