/* SPDX-License-Identifier: MIT */
/* Docker and containerd: drop-ins of their services, and the daemon's own file where that has proxy
 * settings, which then win. https://docs.docker.com/engine/daemon/proxy/ */

#include "files/paths.h"
#include "formats/dropin.h"
#include "outputs/docker_json.h"
#include "outputs/table.h"

static int docker_dropin(const struct environment *environment, struct buffer *ret)
{
    return dropin_append(environment, PATH_ENV_FILE, PATH_DOCKER_LOGINS, ret);
}

#define DOCKER                                                                                     \
    "/usr/bin/dockerd", "/usr/lib/systemd/system/docker.service",                                  \
        "/lib/systemd/system/docker.service", "/etc/systemd/system/docker.service"
#define CONTAINERD                                                                                 \
    "/usr/bin/containerd", "/usr/local/bin/containerd",                                            \
        "/usr/lib/systemd/system/containerd.service", "/lib/systemd/system/containerd.service",    \
        "/etc/systemd/system/containerd.service"

const struct output docker_output = { .name = "docker",
    .files = {
        { .path = PATH_DOCKER_LOGINS,
            .mode = 0600,
            .consumers = LIST(DOCKER, CONTAINERD),
            .body = dropin_append_logins,
            .verify = dropin_verify_logins,
            .private_cost = "",
            .limits = LIMITS_OF_EXEC,
            .units = LIST("docker.service", "containerd.service") },
        { .path = "/etc/systemd/system/docker.service.d/50-ec2-bootstrap.conf",
            .mode = 0644,
            .consumers = LIST(DOCKER),
            .body = docker_dropin,
            .verify = dropin_verify,
            .limits = LIMITS_OF_UNIT,
            .units = LIST("docker.service") },
        { .path = "/etc/systemd/system/containerd.service.d/50-ec2-bootstrap.conf",
            .mode = 0644,
            .consumers = LIST(CONTAINERD),
            .body = docker_dropin,
            .verify = dropin_verify,
            .limits = LIMITS_OF_UNIT,
            .units = LIST("containerd.service") },
        { .path = "/etc/docker/daemon.json",
            .mode = 0644,
            .only_proxy = true,
            .only_if_there = true,
            .render = docker_json_render,
            .limits = LIMITS_OF_EXEC,
            .verify = docker_json_verify,
            .get = docker_json_get,
            .lists = LIST("no-proxy"),
            .logins = LIST("http-proxy", "https-proxy"),
            .private_cost = "",
            .units = LIST("docker.service") },
    } };
