/* SPDX-License-Identifier: MIT */
/* The Systems Manager agent, from a package and from a snap: a drop-in for each service.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/configure-proxy-ssm-agent.html */

#include "files/paths.h"
#include "formats/dropin.h"
#include "outputs/table.h"

#define SNAP "snap.amazon-ssm-agent.amazon-ssm-agent.service"

static int ssm_agent_dropin(const struct environment *environment, struct buffer *ret)
{
    return dropin_append(environment, PATH_ENV_FILE, PATH_SSM_AGENT_LOGINS, ret);
}

#define PACKAGE                                                                                    \
    "/usr/bin/amazon-ssm-agent", "/usr/lib/systemd/system/amazon-ssm-agent.service",               \
        "/lib/systemd/system/amazon-ssm-agent.service",                                            \
        "/etc/systemd/system/amazon-ssm-agent.service"
#define SNAP_PATHS                                                                                 \
    "/snap/amazon-ssm-agent", "/etc/systemd/system/snap.amazon-ssm-agent.amazon-ssm-agent.service"

const struct output ssm_agent_output = { .name = "ssm-agent",
    .files = {
        { .path = PATH_SSM_AGENT_LOGINS,
            .mode = 0600,
            .consumers = LIST(PACKAGE, SNAP_PATHS),
            .body = dropin_append_logins,
            .verify = dropin_verify_logins,
            .private_cost = "",
            .limits = LIMITS_OF_EXEC,
            .units = LIST("amazon-ssm-agent.service", SNAP) },
        { .path = "/etc/systemd/system/amazon-ssm-agent.service.d/50-ec2-bootstrap.conf",
            .mode = 0644,
            .consumers = LIST(PACKAGE),
            .body = ssm_agent_dropin,
            .verify = dropin_verify,
            .limits = LIMITS_OF_UNIT,
            .units = LIST("amazon-ssm-agent.service") },
        { .path = "/etc/systemd/system/" SNAP ".d/50-ec2-bootstrap.conf",
            .mode = 0644,
            .consumers = LIST(SNAP_PATHS),
            .body = ssm_agent_dropin,
            .verify = dropin_verify,
            .limits = LIMITS_OF_UNIT,
            .units = LIST(SNAP) },
    } };
