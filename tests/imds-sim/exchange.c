/* SPDX-License-Identifier: MIT */
/* Where the parts meet: request, token, rule, answer, log, wire. */

#include <errno.h>

#include "clock.h"
#include "exchange.h"
#include "lib/cleanup.h"

void simulator_clear(struct simulator *simulator)
{
    tree_clear(&simulator->tree);
    tokens_free(simulator->tokens);
    scenario_clear(&simulator->scenario);
    journal_clear(&simulator->journal);
}

/* The body of a rule; one that only has a status gets the service's page when it is an error. */
static int answer_from_rule(const struct rule *rule, struct answer *ret)
{
    int status = rule->status != RULE_UNSET ? (int) rule->status : 200;
    /* Raw bytes have a status only for the log, and only when the rule gives one. */
    if (rule->raw && rule->status == RULE_UNSET)
        status = 0;
    if (!rule->has_body && status >= 400)
        return answer_page(status, ret);
    _cleanup_(bytes_clear) struct bytes body = { 0 };
    FILE *out = open_memstream(&body.data, &body.size);
    if (!out)
        return -ENOMEM;
    if (rule->expand_body)
        text_expand(rule->body.data, rule->body.size, time(NULL), out);
    else if (rule->body.size > 0)
        (void) fwrite(rule->body.data, 1, rule->body.size, out);
    int r = memstream_finish(&out);
    if (r < 0)
        return r;
    *ret = (struct answer){ .status = status,
        .content_type = "text/plain",
        .token_ttl = -1,
        .body = { .data = TAKE_PTR(body.data), .size = body.size } };
    return 0;
}

static int answer_with_rules(struct simulator *simulator, const struct request *request,
    int64_t now, enum token_state *ret_token, const struct rule **ret_rule, struct answer *ret)
{
    int64_t ttl = -1;
    enum token_state token = answer_is_token_request(request)
                                 ? TOKEN_NOT_ASKED
                                 : token_check(simulator->tokens, now, request->token, &ttl);
    const struct rule *rule = scenario_pick(
        &simulator->scenario, request, now - simulator->first_request, token == TOKEN_VALID);
    *ret_token = token;
    *ret_rule = rule;
    if (rule->has_body || rule->raw || rule->status != RULE_UNSET)
        return answer_from_rule(rule, ret);
    return answer_request(&simulator->tree, simulator->tokens, request, now, token, ttl, ret);
}

static int log_exchange(struct simulator *simulator, const struct arrival *arrival,
    const struct request *request, enum token_state token, const struct rule *rule, int status)
{
    const struct journal_entry entry = { .when = arrival->when,
        .connection = arrival->connection,
        .request = arrival->request,
        .method = request->method,
        .path = request->path,
        .status = rule->send == SEND_NOTHING ? 0 : status,
        .token = token,
        .rule = rule->name };
    return journal_request(&simulator->journal, &entry);
}

int exchange_run(struct simulator *simulator, const struct arrival *arrival, char *head,
    size_t size, struct wire *ret, uint64_t *ret_body_size)
{
    struct request request;
    bool readable = request_parse(head, size, &request) == 0;
    if (simulator->first_request == CLOCK_NEVER)
        simulator->first_request = arrival->when;

    _cleanup_(answer_clear) struct answer answer = { 0 };
    enum token_state token = TOKEN_MISSING;
    const struct rule *rule = &rule_none;
    int r = readable ? answer_with_rules(simulator, &request, arrival->when, &token, &rule, &answer)
                     : answer_page(400, &answer);
    if (r == 0)
        r = log_exchange(simulator, arrival, &request, token, rule, answer.status);
    if (r == 0)
        r = wire_render(&answer, &request, rule, simulator->started, ret);
    if (r < 0)
        return r;
    ret->delay_ns += simulator->latency_ns;
    *ret_body_size = request.body_size;
    return 0;
}
