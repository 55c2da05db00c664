/* SPDX-License-Identifier: MIT */
#pragma once

/* An answer as bytes, and the plan for sending them. */

#include "answer.h"
#include "scenario.h"

struct wire {
    struct bytes bytes; /* owned: the head and the body */
    size_t head_size;
    size_t send_size; /* of the bytes, how many are sent before the ending */
    int64_t delay_ns;
    int64_t drip_head_ns; /* between the bytes of the head; 0: all at once */
    int64_t drip_body_ns;
    enum ending end;
};

void wire_clear(struct wire *wire);

/* started: when the simulator started, for Last-Modified. 0 or -ENOMEM. *ret is the caller's to
 * clear. */
int wire_render(const struct answer *answer, const struct request *request, const struct rule *rule,
    time_t started, struct wire *ret);
