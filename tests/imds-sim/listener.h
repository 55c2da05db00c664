/* SPDX-License-Identifier: MIT */
#pragma once

/* Sockets that listen, on loopback interfaces and nowhere else. */

#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

union socket_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* "127.0.0.1:80", "[::1]:0"; port 0 is any. 0, -EINVAL for what is no such address, or
 * -EADDRNOTAVAIL when it is not on a loopback interface of this network namespace. */
int listener_parse(const char *text, union socket_address *ret);

/* A non-blocking socket that listens, or negative errno. */
int listener_open(const union socket_address *address);

/* Writes the URL of a listening socket and a newline. 0 or negative errno. */
int listener_print(int fd, FILE *out);
