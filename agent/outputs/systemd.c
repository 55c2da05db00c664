/* SPDX-License-Identifier: MIT */
/* What services start with: /run/ec2-bootstrap/proxy.env. systemd is given its variables for its
 * own environment, which all that a unit sets itself wins over: setup/manager_environment.c,
 * units/after-run. That environment is told to every user who asks, so values with a login are not
 * in it: services read them from a file, by units/50-ec2-bootstrap-login.conf. See systemd.exec(5).
 * Values are of the portable character set (docs/file-formats.md), so none needs quoting. */

#include "files/paths.h"
#include "formats/dropin.h"
#include "formats/env_file.h"
#include "formats/variables.h"
#include "outputs/table.h"

static int systemd_body(const struct environment *environment, struct buffer *ret)
{
    return variables_append(environment, "", "=", "\n", ret);
}

/* Only systemd reads them, as root; they can hold the proxy's password. */
const struct output systemd_output = { .name = "systemd",
    .files = {
        { .path = PATH_ENV_FILE,
            .mode = 0600,
            .body = systemd_body,
            .verify = env_file_verify,
            .private_cost = "",
            .limits = LIMITS_OF_EXEC },
        { .path = PATH_SERVICES_LOGINS,
            .mode = 0600,
            .body = dropin_append_logins,
            .verify = dropin_verify_logins,
            .private_cost = "",
            .limits = LIMITS_OF_EXEC },
    } };
