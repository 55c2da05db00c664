/* The Systems Manager agent, from a package and from a snap: a drop-in for each service.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/configure-proxy-ssm-agent.html */

#include "formats/dropin.h"
#include "outputs/table.h"

#define SNAP "snap.amazon-ssm-agent.amazon-ssm-agent.service"

const struct output ssm_agent_output = { .name = "ssm-agent",
    .files = {
        { .path = "/etc/systemd/system/amazon-ssm-agent.service.d/50-ec2-bootstrap.conf",
            .mode = 0644,
            .consumers = LIST("/usr/bin/amazon-ssm-agent",
                "/usr/lib/systemd/system/amazon-ssm-agent.service",
                "/lib/systemd/system/amazon-ssm-agent.service",
                "/etc/systemd/system/amazon-ssm-agent.service"),
            .body = dropin_body,
            .verify = dropin_verify,
            .limits = LIMITS_OF_UNIT,
            .units = LIST("amazon-ssm-agent.service") },
        { .path = "/etc/systemd/system/" SNAP ".d/50-ec2-bootstrap.conf",
            .mode = 0644,
            .consumers = LIST("/snap/amazon-ssm-agent", "/etc/systemd/system/" SNAP),
            .body = dropin_body,
            .verify = dropin_verify,
            .limits = LIMITS_OF_UNIT,
            .units = LIST(SNAP) },
    } };
