/* SPDX-License-Identifier: MIT */
#pragma once

/* A service put together from its unit and its drop-ins, and the variables that it starts with:
 * systemd.exec(5). */

#include "overrides/detector.h"
#include "overrides/unit_paths.h"
#include "overrides/values.h"

/* Of all services, with the variables that have a login. */
#define LOGIN_DROPIN "50-ec2-bootstrap-login.conf"

/* A setting, or an assignment, and where it stands. */
struct service_setting {
    char *name; /* of a variable; of an environment file "-" where it may be missing; else "" */
    char *text;
    char *path; /* NULL: ours, those of our variables that the file `text` has */
    size_t line;
};

/* Zero-initialise: {0}. */
struct service_settings {
    struct service_setting *items;
    size_t count;
};

/* Zero-initialise: {0}. */
struct service {
    const char *unit;                    /* borrowed */
    struct service_settings environment; /* Environment= */
    struct service_settings files;       /* EnvironmentFile= */
    struct service_settings unset;       /* UnsetEnvironment= */
    struct service_settings exec;        /* ExecStart= */
    struct service_settings cut;         /* the EnvironmentFile= that took that file of ours back */
};

/* Reads a service. 1; 0 when there is no such service; or -ENOMEM. The caller frees *ret with
 * service_free(), also after a failure. */
int service_read(const struct detection *detection, const struct unit_paths *paths,
    const char *unit, struct service *ret);

/* What its variables are when it starts; and into `displaced` what they would be without ours. 0 or
 * -ENOMEM. The caller frees both with values_free(), also after a failure. */
int service_values(const struct detection *detection, const struct service *service,
    struct values *ret, struct values *displaced);

void service_free(struct service *service);

#define _cleanup_service_ _cleanup_(service_free)
