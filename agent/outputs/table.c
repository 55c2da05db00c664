/* The outputs, a row each. */

#include "base/array.h"
#include "outputs/environment.h"
#include "outputs/output.h"
#include "outputs/systemd.h"

const struct output outputs_table[] = {
    { "environment", "/etc/environment", 0644, environment_render, environment_verify },
    /* Only systemd reads it, as root; it can hold the proxy's password. */
    { "systemd", "/run/ec2-bootstrap/proxy.env", 0600, systemd_render, systemd_verify },
};

const size_t outputs_count = ELEMENTSOF(outputs_table);
