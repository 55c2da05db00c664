/* SPDX-License-Identifier: MIT */
/* /etc/profile.d/ec2-bootstrap.sh: login shells, also those that no PAM session has set up. Of the
 * portable character set (docs/file-formats.md) nothing ends a string in single quotes. */

#include "formats/variables.h"
#include "outputs/table.h"

static int profile_body(const struct environment *environment, struct buffer *ret)
{
    return variables_append(environment, "export ", "='", "'\n", ret);
}

static int profile_get(const struct buffer *file, const char *name, char **ret)
{
    return variables_get(file, "export ", name, "='", "'", ret);
}

static int profile_verify(
    const struct environment *environment, const struct content *content, struct error *err)
{
    return variables_verify(environment, content, "a shell", profile_get, err);
}

const struct output profile_output = { .name = "profile",
    .files = { { .path = "/etc/profile.d/ec2-bootstrap.sh",
        .mode = 0644,
        .consumers = LIST("/etc/profile.d"),
        .body = profile_body,
        .verify = profile_verify,
        .limits = LIMITS_OF_EXEC } } };
