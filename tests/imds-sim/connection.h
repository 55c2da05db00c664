/* SPDX-License-Identifier: MIT */
#pragma once

/* One client's connection: reads requests, waits, sends answers as their rules say. */

#include "exchange.h"

struct connection;

/* Takes the socket, which is non-blocking. NULL when there is no memory: then it is closed. */
struct connection *connection_new(int fd, uint64_t number);
void connection_free(struct connection *connection);

/* Does all that can be done without blocking. False when the connection is over. */
bool connection_advance(struct connection *connection, struct simulator *simulator, int64_t now);

/* When to call connection_advance() again though nothing came in; CLOCK_NEVER for no such time. */
int64_t connection_wake(const struct connection *connection);
