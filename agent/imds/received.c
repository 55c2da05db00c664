/* The kernel counts, as tcp(7)'s TCP_INFO tells. */

#include "imds/received.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

static uint64_t received_by(int fd)
{
    struct tcp_info info = { 0 };
    socklen_t size = sizeof(info);
    return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 ? info.tcpi_bytes_received : 0;
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

uint64_t received_total(const struct received *received)
{
    uint64_t total = received->by_closed;
    for (unsigned int i = 0; i < received->count; i++)
        total += received_by(received->fds[i]);
    return total;
}
