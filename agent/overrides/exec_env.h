/* SPDX-License-Identifier: MIT */
#pragma once

/* ExecStart=/usr/bin/env NAME=value PROGRAM: variables that only that command gets. */

#include "overrides/service.h"

/* Adds what such a command sets over our variables. 0 or -ENOMEM. */
int exec_env_check(const struct detection *detection, const struct service *service);
