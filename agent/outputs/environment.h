#pragma once

/* /etc/environment, which pam_env(8) gives to every login session.
 *
 * Our assignments stand in a block of their own at the top of the file, so that nothing of what
 * follows (a missing last newline, a line that goes on, a line too long for old versions) can spoil
 * them. An assignment by somebody else of a variable that we set, in either letter case, is kept in
 * its place as a marked comment, and comes back when we no longer set it. Everything else stays
 * byte for byte. */

#include "outputs/output.h"

int environment_render(
    const struct proxy_values *values, const struct content *old, struct content *ret);
int environment_verify(
    const struct proxy_values *values, const struct content *content, struct error *err);
