#pragma once

/* A request's host in the forms in which a client compares it with the entries. */

#include <stdbool.h>

#include "clients/request.h"
#include "clients/table.h"

enum { SUBJECT_TEXT_MAX = 300 }; /* a host name has at most 253, and a port */

struct subject {
    const struct target *target;
    char host[SUBJECT_TEXT_MAX];      /* "" when no entry can match it */
    char with_port[SUBJECT_TEXT_MAX]; /* "" when the client compares no such text */
    bool port_text_is_exact;          /* with_port is compared as a whole only */
    bool is_ipv4;
    bool is_ipv6;
    bool is_loopback; /* an entry that is the loopback, too, matches */
    bool has_number;  /* number is what addresses and blocks are compared with */
    bool only_blocks; /* the number is only compared with blocks */
    struct address number;
};

void subject_init(const struct client *client, const struct target *target, struct subject *ret);

/* Drops what the client drops of the dots at the end of a name; one that is all of it stays. */
void subject_drop_dots(const struct client *client, char *text);

/* Whether the client goes direct without looking at any entry. */
bool subject_is_always_direct(
    const struct client *client, const char *no_proxy, const struct target *target);

/* Whether the client takes a text for a host that is the machine itself: "localhost", 127.*, ::1
 * and the like. */
bool subject_is_loopback(const struct client *client, const char *host);
