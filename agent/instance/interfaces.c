/* SPDX-License-Identifier: MIT */
/* By ioctl(2), netdevice(7): the sandbox of the unit has neither netlink sockets nor /proc/net. */

#include "instance/interfaces.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "files/answer.h"
#include "instance/answers.h"
#include "instance/facts.h"
#include "lib/array.h"
#include "lib/strings.h"

static in_addr_t ipv4_of(const struct sockaddr *address)
{
    struct sockaddr_in in;
    memcpy(&in, address, sizeof(in));
    return in.sin_addr.s_addr;
}

/* The block that an address is in, from the kernel's netmask. */
static struct address subnet_of(in_addr_t address, in_addr_t mask)
{
    struct address subnet = { .family = AF_INET, .is_block = true };
    in_addr_t network = address & mask;
    memcpy(subnet.bytes, &network, sizeof(network));
    subnet.prefix = (unsigned int) __builtin_popcount(mask);
    return subnet;
}

/* Whether an interface has hardware: 1, 0 or a negative errno. */
static int has_device(const struct tree *tree, const char *name)
{
    char path[64];
    (void) snprintf(path, sizeof(path), "/sys/class/net/%s/device", name);
    return file_answer(tree_exists(tree, path));
}

/* What the kernel says of one address: 1; 0 when the interface is gone; or a negative errno. */
static int interface_describe(
    int fd, const struct tree *tree, const struct ifreq *found, struct interface *ret)
{
    struct ifreq flags = *found, mask = *found, hardware = *found;
    if (found->ifr_addr.sa_family != AF_INET || ioctl(fd, SIOCGIFFLAGS, &flags) < 0 ||
        ioctl(fd, SIOCGIFNETMASK, &mask) < 0 || ioctl(fd, SIOCGIFHWADDR, &hardware) < 0)
        return 0;
    *ret = (struct interface){
        .is_up = flags.ifr_flags & IFF_UP,
        .is_loopback = flags.ifr_flags & IFF_LOOPBACK,
        .is_point_to_point = flags.ifr_flags & IFF_POINTOPOINT,
        .is_ethernet = hardware.ifr_hwaddr.sa_family == ARPHRD_ETHER,
        .subnet = subnet_of(ipv4_of(&found->ifr_addr), ipv4_of(&mask.ifr_netmask)),
    };
    memcpy(ret->name, found->ifr_name, sizeof(ret->name));
    ret->name[sizeof(ret->name) - 1] = '\0';
    *strchrnul(ret->name, ':') = '\0'; /* an alias */
    int r = has_device(tree, ret->name);
    ret->has_device = r > 0;
    return r < 0 ? r : 1;
}

int interfaces_list(
    const struct tree *tree, struct interface ret[static INTERFACES_LISTED_MAX], size_t *ret_count)
{
    struct ifreq found[INTERFACES_LISTED_MAX] = { 0 };
    struct ifconf list = { .ifc_len = sizeof(found), .ifc_req = found };
    _cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || ioctl(fd, SIOCGIFCONF, &list) < 0)
        return -errno;
    size_t listed = (size_t) list.ifc_len / sizeof(*found), count = 0;
    for (size_t i = 0; i < listed; i++) {
        int r = interface_describe(fd, tree, &found[i], &ret[count]);
        if (r < 0)
            return r;
        count += (size_t) r;
    }
    *ret_count = count;
    return 0;
}

/* Interfaces without hardware whose networks are the machine's own. */
static bool is_software(const char *name)
{
    static const char *const prefixes[] = { "br-", "cali", "cbr", "cilium", "cni", "docker",
        "dummy", "flannel", "ipvlan", "kube", "lxc", "lxd", "macvlan", "nodelocaldns", "ovs",
        "podman", "tailscale", "tap", "tun", "vboxnet", "veth", "virbr", "vmnet", "vnet", "vxlan",
        "weave", "wg", "zt" };
    for (size_t i = 0; i < ELEMENTSOF(prefixes); i++)
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

static bool can_be_vpc(const struct interface *interface, bool needs_device)
{
    return interface->is_up && !interface->is_loopback && !interface->is_point_to_point &&
           interface->is_ethernet && answer_is_vpc_block(&interface->subnet) &&
           (needs_device ? interface->has_device : !is_software(interface->name));
}

int interfaces_append_subnets(
    const struct interface interfaces[], size_t count, struct buffer *lines)
{
    _cleanup_strings_ struct strings subnets = { 0 };
    bool any_device = false;
    for (size_t i = 0; i < count; i++)
        any_device |= interfaces[i].has_device;
    for (size_t i = 0; i < count && subnets.count < FACTS_BLOCKS_MAX; i++) {
        char text[ADDRESS_TEXT_MAX];
        if (!can_be_vpc(&interfaces[i], any_device))
            continue;
        address_format(&interfaces[i].subnet, text);
        if (strings_add_unique(&subnets, text) < 0)
            return -ENOMEM;
    }
    for (size_t i = 0; i < subnets.count; i++)
        if (buffer_printf(lines, "%s\n", subnets.items[i]) < 0)
            return -ENOMEM;
    return 0;
}
