/* /run/ec2-bootstrap/proxy.env, which every service reads through a drop-in with EnvironmentFile=-:
 * see units/50-ec2-bootstrap.conf and systemd.exec(5). Values are of the portable character set
 * (docs/file-formats.md), so none needs quoting. */

#include "files/paths.h"
#include "formats/env_file.h"
#include "formats/variables.h"
#include "outputs/table.h"

static int systemd_body(const struct environment *environment, struct buffer *ret)
{
    return variables_append(environment, "", "=", "\n", ret);
}

/* Only systemd reads it, as root; it can hold the proxy's password. */
const struct output systemd_output = { .name = "systemd",
    .files = { { .path = PATH_ENV_FILE,
        .mode = 0600,
        .body = systemd_body,
        .verify = env_file_verify,
        .private_cost = "",
        .limits = LIMITS_OF_EXEC } } };
