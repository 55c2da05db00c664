/* SPDX-License-Identifier: MIT */
#pragma once

/* A scenario: the rules by which the simulator misbehaves, and which of them acts on a request. */

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "request.h"
#include "text.h"

/* What happens on the connection after an answer. */
enum ending { END_KEEP, END_CLOSE, END_RESET, END_HANG };

enum sending { SEND_ALL, SEND_HEADERS, SEND_NOTHING };

/* What a number of a rule is when the rule does not name it. */
#define RULE_UNSET INT64_C(-1)

/* Strings borrow from the scenario's document. Times are in nanoseconds. */
struct rule {
    /* which requests */
    const char *name;
    const char *method;
    const char *path;
    int64_t skip;
    int64_t times;
    int64_t for_ns;
    double percent;
    bool require_token;
    /* the answer; without status and body it is the normal one */
    int64_t status;
    const char *reason;
    const cJSON *headers;
    struct bytes body;
    bool has_body;
    bool expand_body; /* the body has {{now}} templates */
    bool raw;         /* the body is everything that is sent: no status line, no headers */
    /* how it is sent */
    int64_t delay_ns;
    int64_t drip_ns;
    int64_t drip_body_ns;
    int64_t content_length;
    int64_t stop_after_bytes;
    bool chunked;
    bool no_content_length;
    enum ending end;
    enum sending send;
    /* what has happened */
    int64_t matched;
    int64_t acted;
};

struct scenario {
    cJSON *document;
    struct rule *rules;
    size_t count;
    uint64_t random;
};

/* The rule for a request that no rule is for: the normal answer, sent plainly; its name is NULL. */
extern const struct rule rule_none;

/* path NULL: no rules. 0, or the exit status of the program after a message on stderr. */
int scenario_load(const char *path, uint64_t seed, struct scenario *ret);
void scenario_clear(struct scenario *scenario);

/* The rule that answers this request, and counts it. since_first_ns: how long after the first
 * request of all this one came. */
const struct rule *scenario_pick(struct scenario *scenario, const struct request *request,
    int64_t since_first_ns, bool token_valid);
