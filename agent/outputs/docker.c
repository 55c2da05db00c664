/* Docker and containerd: drop-ins of their services, and the daemon's own file where that has proxy
 * settings, which then win. https://docs.docker.com/engine/daemon/proxy/ */

#include "formats/dropin.h"
#include "outputs/docker_json.h"
#include "outputs/table.h"

const struct output docker_output = { .name = "docker",
    .files = {
        { .path = "/etc/systemd/system/docker.service.d/50-ec2-bootstrap.conf",
            .mode = 0644,
            .consumers = LIST("/usr/bin/dockerd", "/usr/lib/systemd/system/docker.service",
                "/lib/systemd/system/docker.service", "/etc/systemd/system/docker.service"),
            .body = dropin_body,
            .verify = dropin_verify,
            .limits = LIMITS_OF_UNIT,
            .units = LIST("docker.service") },
        { .path = "/etc/systemd/system/containerd.service.d/50-ec2-bootstrap.conf",
            .mode = 0644,
            .consumers = LIST("/usr/bin/containerd", "/usr/local/bin/containerd",
                "/usr/lib/systemd/system/containerd.service",
                "/lib/systemd/system/containerd.service", "/etc/systemd/system/containerd.service"),
            .body = dropin_body,
            .verify = dropin_verify,
            .limits = LIMITS_OF_UNIT,
            .units = LIST("containerd.service") },
        { .path = "/etc/docker/daemon.json",
            .mode = 0644,
            .only_if_there = true,
            .render = docker_json_render,
            .verify = docker_json_verify,
            .get = docker_json_get,
            .lists = LIST("no-proxy"),
            .logins = LIST("http-proxy", "https-proxy"),
            .units = LIST("docker.service") },
    } };
