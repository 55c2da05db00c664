#pragma once

/* What has come over the connections of a client, in bytes of the wire: also those of which libcurl
 * makes nothing and tells nothing, as the extensions of chunks. */

#include <stdint.h>

enum { RECEIVED_CONNECTIONS_MAX = 16 };

struct received {
    int fds[RECEIVED_CONNECTIONS_MAX];
    unsigned int count;
    uint64_t by_closed; /* bytes */
};

/* A connection that was made, and that is going to be closed. One too many is not counted. */
void received_add(struct received *received, int fd);
void received_remove(struct received *received, int fd);

/* Over all connections since the first, in bytes; 0 where the kernel cannot tell (before
 * Linux 4.1). */
uint64_t received_total(const struct received *received);
