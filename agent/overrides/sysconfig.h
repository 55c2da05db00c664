/* SPDX-License-Identifier: MIT */
#pragma once

/* /etc/sysconfig/proxy of SUSE, which a script of its profile.d makes variables of. */

#include "overrides/values.h"

#define SYSCONFIG "/etc/sysconfig/proxy"

/* Does what /etc/profile.d/profile.sh of SUSE's aaa_base does with the file: assigns what stands
 * behind PROXY_ENABLED="yes", and takes the variables away where that is missing. Where it is an
 * output, as it will be. 0 or -ENOMEM. */
int sysconfig_read(const struct detection *detection, struct values *values);
