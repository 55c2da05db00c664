/* SPDX-License-Identifier: MIT */
#pragma once

/* /etc/docker/daemon.json, edited only where it has "proxies": what that holds, dockerd puts into
 * its own environment in place of the variables that it was started with. The format has no
 * comments, so the backup holds the value that stood there before. */

#include "outputs/output.h"

/* See struct output_file. What the old value holds of variables that the environment does not set
 * stays in the new one. */
int docker_json_render(const struct edit *edit, struct error *err);
int docker_json_verify(
    const struct environment *environment, const struct content *content, struct error *err);
int docker_json_get(const struct buffer *file, const char *name, char **ret);
