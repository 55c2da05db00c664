/* SPDX-License-Identifier: MIT */
/* The guard against serving, or shadowing, a real metadata service: only loopback is listened on,
 * so that 169.254.169.254 is possible only where someone gave it to a loopback interface. */

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "listener.h"

#define BACKLOG 4096

static void cleanup_ifaddrs(struct ifaddrs **addresses)
{
    freeifaddrs(*addresses);
}

static socklen_t address_size(const union socket_address *address)
{
    return address->any.sa_family == AF_INET ? sizeof(address->v4) : sizeof(address->v6);
}

static bool is_same(const union socket_address *a, const struct sockaddr *b)
{
    if (!b || a->any.sa_family != b->sa_family)
        return false;
    union socket_address other;
    memcpy(&other, b, address_size(a));
    if (b->sa_family == AF_INET)
        return a->v4.sin_addr.s_addr == other.v4.sin_addr.s_addr;
    return memcmp(&a->v6.sin6_addr, &other.v6.sin6_addr, sizeof(a->v6.sin6_addr)) == 0;
}

static bool is_loopback(const union socket_address *address)
{
    if (address->any.sa_family == AF_INET)
        return ntohl(address->v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    return IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr) != 0;
}

static bool is_on_loopback_interface(const union socket_address *address)
{
    _cleanup_(cleanup_ifaddrs) struct ifaddrs *addresses = NULL;
    if (getifaddrs(&addresses) < 0)
        return false;
    for (const struct ifaddrs *i = addresses; i; i = i->ifa_next) {
        if ((i->ifa_flags & IFF_LOOPBACK) != 0 && is_same(address, i->ifa_addr))
            return true;
    }
    return false;
}

static int parse_port(const char *text, in_port_t *ret)
{
    size_t length = strlen(text);
    if (length == 0 || length > 5 || text[strspn(text, "0123456789")] != '\0')
        return -EINVAL;
    long port = strtol(text, NULL, 10);
    if (port > UINT16_MAX)
        return -EINVAL;
    *ret = htons((uint16_t) port);
    return 0;
}

int listener_parse(const char *text, union socket_address *ret)
{
    _cleanup_free_ char *copy = strdup(text);
    if (!copy)
        return -ENOMEM;
    char *host = copy;
    char *colon = strrchr(copy, ':');
    if (!colon || colon == copy)
        return -EINVAL;
    *colon = '\0';
    bool v6 = host[0] == '[' && colon[-1] == ']';
    if (v6) {
        host++;
        colon[-1] = '\0';
    }
    union socket_address address = { .any.sa_family = v6 ? AF_INET6 : AF_INET };
    int parsed = v6 ? inet_pton(AF_INET6, host, &address.v6.sin6_addr)
                    : inet_pton(AF_INET, host, &address.v4.sin_addr);
    if (parsed != 1 || parse_port(colon + 1, v6 ? &address.v6.sin6_port : &address.v4.sin_port) < 0)
        return -EINVAL;
    if (!is_loopback(&address) && !is_on_loopback_interface(&address))
        return -EADDRNOTAVAIL;
    *ret = address;
    return 0;
}

int listener_open(const union socket_address *address)
{
    const int on = 1;
    _cleanup_close_ int fd =
        socket(address->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0)
        return -errno;
    if (address->any.sa_family == AF_INET6 &&
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0)
        return -errno;
    if (bind(fd, &address->any, address_size(address)) < 0 || listen(fd, BACKLOG) < 0)
        return -errno;
    return take_fd(&fd);
}

int listener_print(int fd, FILE *out)
{
    union socket_address address = { 0 };
    socklen_t size = sizeof(address);
    char text[INET6_ADDRSTRLEN] = "";
    if (getsockname(fd, &address.any, &size) < 0)
        return -errno;
    bool v6 = address.any.sa_family == AF_INET6;
    const void *host =
        v6 ? (const void *) &address.v6.sin6_addr : (const void *) &address.v4.sin_addr;
    if (!inet_ntop(address.any.sa_family, host, text, sizeof(text)))
        return -errno;
    unsigned port = ntohs(v6 ? address.v6.sin6_port : address.v4.sin_port);
    if (fprintf(out, v6 ? "http://[%s]:%u\n" : "http://%s:%u\n", text, port) < 0)
        return -EIO;
    return fflush(out) == 0 ? 0 : -EIO;
}
