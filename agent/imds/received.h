/* SPDX-License-Identifier: MIT */
#pragma once

/* What has come over the connections to a peer, in bytes of the wire: also those of which libcurl
 * makes nothing and tells nothing, as the extensions of chunks. */

#include <stdbool.h>
#include <stdint.h>

enum {
    RECEIVED_CONNECTIONS_MAX = 16,
    /* Those that are asked at the same time, and then some. */
    RECEIVED_PEERS_MAX = 4
};

/* Of one peer. Zero-initialise: {0}. */
struct received {
    uint64_t peer; /* a hash; 0: none yet */
    int fds[RECEIVED_CONNECTIONS_MAX];
    unsigned int count;
    uint64_t by_closed; /* all in bytes */
    uint64_t earlier;   /* before received_begin() */
    uint64_t max;       /* since then */
    uint64_t round;     /* when it was last compared */
};

/* Which of them is that of a URL's host and port: what one peer sends does not count for another
 * one, which may be asked at the same time. Of more peers the last ones share one. */
struct received *received_of(struct received peers[static RECEIVED_PEERS_MAX], const char *url);

/* A connection that was made, and that is going to be closed. One too many is not counted; one that
 * was not added is not looked at. */
void received_add(struct received *received, int fd);
void received_remove(struct received *received, int fd);

/* Counts from here on, up to `max`. */
void received_begin(struct received *received, uint64_t max);

/* Whether more has come. The kernel is asked once in a round, which the caller counts from 1 on. */
bool received_is_over(struct received *received, uint64_t round);

/* Over all connections, in bytes; 0 where the kernel cannot tell (before Linux 4.1). */
uint64_t received_now(const struct received *received);
