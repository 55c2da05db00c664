/* SPDX-License-Identifier: MIT */
#pragma once

/* One request and its answer, whatever connection they travel on. */

#include "journal.h"
#include "scenario.h"
#include "token.h"
#include "tree.h"
#include "wire.h"

struct simulator {
    struct tree tree;
    struct tokens *tokens;
    struct scenario scenario;
    struct journal journal;
    int64_t latency_ns;
    time_t started;
    int64_t first_request; /* CLOCK_NEVER before there was one */
};

void simulator_clear(struct simulator *simulator);

/* Where a request came in: the connection's number, and the request's on it, both from 1. */
struct arrival {
    uint64_t connection;
    uint64_t request;
    int64_t when;
};

/* Reads the head, picks the answer, logs it. head is written to. *ret_body_size: the bytes of the
 * request's body that follow the head. 0 or negative errno. *ret is the caller's to clear. */
int exchange_run(struct simulator *simulator, const struct arrival *arrival, char *head,
    size_t size, struct wire *ret, uint64_t *ret_body_size);
