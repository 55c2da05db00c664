/* SPDX-License-Identifier: MIT */
#pragma once

/* The loop: accepts clients, moves their connections on, ends on SIGTERM or SIGINT. */

#include "exchange.h"

struct server;

/* Takes over SIGTERM, SIGINT and SIGUSR1 of the process, until it is freed. The simulator is
 * borrowed. NULL, with errno set. */
struct server *server_new(struct simulator *simulator);
void server_free(struct server *server);

/* Takes the listening socket, on failure too. 0 or negative errno. */
int server_add_listener(struct server *server, int fd);

/* Serves until a signal ends it. 0 or negative errno. */
int server_run(struct server *server);
