/* SPDX-License-Identifier: MIT */
/* The kernel counts, as tcp(7)'s TCP_INFO tells. */

#include "imds/received.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/hash_index.h"

static uint64_t received_by(int fd)
{
    struct tcp_info info = { 0 };
    socklen_t size = sizeof(info);
    return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 ? info.tcpi_bytes_received : 0;
}

struct received *received_of(struct received peers[static RECEIVED_PEERS_MAX], const char *url)
{
    const char *scheme_end = strstr(url, "://"), *host = scheme_end ? scheme_end + 3 : url;
    uint64_t key = hash_bytes(host, strcspn(host, "/"));
    struct received *peer = peers;
    while (peer < peers + RECEIVED_PEERS_MAX - 1 && peer->peer != 0 && peer->peer != key)
        peer++;
    peer->peer = key;
    return peer;
}

void received_add(struct received *received, int fd)
{
    if (received->count < RECEIVED_CONNECTIONS_MAX)
        received->fds[received->count++] = fd;
}

void received_remove(struct received *received, int fd)
{
    for (unsigned int i = 0; i < received->count; i++)
        if (received->fds[i] == fd) {
            received->by_closed += received_by(fd);
            received->fds[i] = received->fds[--received->count];
            return;
        }
}

static uint64_t received_total(const struct received *received)
{
    uint64_t total = received->by_closed;
    for (unsigned int i = 0; i < received->count; i++)
        total += received_by(received->fds[i]);
    return total;
}

void received_begin(struct received *received, uint64_t max)
{
    received->earlier = received_total(received);
    received->max = max;
}

bool received_is_over(struct received *received, uint64_t round)
{
    if (received->round == round)
        return false;
    received->round = round;
    return received_now(received) > received->max;
}

uint64_t received_now(const struct received *received)
{
    uint64_t total = received_total(received);
    return total < received->earlier ? 0 : total - received->earlier; /* where it is not told */
}
