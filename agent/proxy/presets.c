/* SPDX-License-Identifier: MIT */
/* A row per preset. The names of services are below cluster.local, and below .svc for short; the
 * ranges are the defaults of each: a cluster with others has them in no_proxy.add.
 *
 * - EKS takes one of two ranges for services; pods have addresses of the VPC:
 *   https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html
 * - k3s and RKE2: --cluster-cidr and --service-cidr, https://docs.k3s.io/cli/server and
 *   https://docs.rke2.io/reference/server_config
 * - kubeadm: networking.serviceSubnet,
 *   https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/; the range of pods is
 * of the network plugin, and each has another one. */

#include "proxy/presets.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/array.h"

#define PROGRAMS(...)                                                                              \
    .programs = (const char *const[])                                                              \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }
#define NAMES ".svc,.cluster.local"

const struct preset presets[] = {
    { .name = "eks",
        .names = NAMES,
        .pods = "",
        .services = "10.100.0.0/16,172.20.0.0/16",
        .has_node_config = true,
        PROGRAMS("/usr/bin/nodeadm", "/etc/eks/bootstrap.sh") },
    { .name = "k3s",
        .names = NAMES,
        .pods = "10.42.0.0/16",
        .services = "10.43.0.0/16",
        PROGRAMS("/usr/local/bin/k3s", "/usr/bin/k3s", "/opt/bin/k3s") },
    { .name = "rke2",
        .names = NAMES,
        .pods = "10.42.0.0/16",
        .services = "10.43.0.0/16",
        PROGRAMS("/usr/local/bin/rke2", "/usr/bin/rke2", "/opt/rke2/bin/rke2") },
    { .name = "kubernetes",
        .names = NAMES,
        .pods = "",
        .services = "10.96.0.0/12",
        PROGRAMS("/usr/bin/kubelet", "/usr/local/bin/kubelet", "/usr/bin/kubeadm"),
        .is_general = true },
    { 0 },
};

bool preset_is_service_block(const struct address *block)
{
    static const char *const private[] = { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16" };
    if (!block->is_block)
        return false;
    if (block->family == AF_INET6)
        return block->prefix >= 48 && (block->bytes[0] & 0xfe) == 0xfc;
    bool is_private = false;
    for (size_t i = 0; i < ELEMENTSOF(private); i++) {
        struct address range;
        is_private |= address_parse(private[i], &range) == 0 && address_contains(&range, block);
    }
    return is_private && block->prefix >= 12 && block->prefix <= 24;
}

const struct preset *preset_find(const char *name)
{
    for (const struct preset *preset = presets; preset->name; preset++)
        if (strcmp(preset->name, name) == 0)
            return preset;
    return NULL;
}
