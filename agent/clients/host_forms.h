/* SPDX-License-Identifier: MIT */
#pragma once

/* A request's host in the forms in which a client compares it with the entries. */

#include <stdbool.h>

#include "clients/request.h"
#include "clients/table.h"

enum { HOST_FORM_MAX = 300 }; /* a host name has at most 253, and a port */

struct host_forms {
    const struct request *request;
    char host[HOST_FORM_MAX];      /* "" when no entry can match it */
    char with_port[HOST_FORM_MAX]; /* "" when the client compares no such text */
    bool port_text_is_exact;       /* with_port is compared as a whole only */
    bool is_ipv4;
    bool is_ipv6;
    bool is_loopback; /* an entry that is the loopback, too, matches */
    bool has_number;  /* number is what addresses and blocks are compared with */
    bool only_blocks; /* the number is only compared with blocks */
    struct address number;
};

void host_forms_init(
    const struct client *client, const struct request *request, struct host_forms *ret);

/* Drops what the client drops of the dots at the end of a name; one that is all of it stays. */
void host_forms_drop_dots(const struct client *client, char *text);

/* Whether the client goes direct without looking at any entry. */
bool host_forms_is_always_direct(
    const struct client *client, const char *no_proxy, const struct request *request);

/* Whether the client takes a text for a host that is the machine itself: "localhost", 127.*, ::1
 * and the like. */
bool host_forms_is_loopback(const struct client *client, const char *host);
