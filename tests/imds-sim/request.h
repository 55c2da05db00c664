/* SPDX-License-Identifier: MIT */
#pragma once

/* The head of an HTTP request, parsed in place. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All strings borrow from the head; absent headers are NULL. */
struct request {
    const char *method;
    const char *path; /* as sent, without the query */
    const char *token;
    const char *token_ttl;
    const char *forwarded_for;
    const char *connection;
    const char *content_length;
    const char *transfer_encoding;
    uint64_t body_size;
    bool close; /* the client wants no further request on this connection */
};

/* head: the bytes up to and with the empty line; is written to. 0, or -EBADMSG for what is no
 * request this service reads; then method and path are set as far as they could be read, else "",
 * and close is set. */
int request_parse(char *head, size_t size, struct request *ret);
