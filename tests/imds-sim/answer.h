/* SPDX-License-Identifier: MIT */
#pragma once

/* The answer that the real service gives to a request. */

#include <stdbool.h>
#include <stdint.h>

#include "request.h"
#include "text.h"
#include "token.h"
#include "tree.h"

struct answer {
    int status;
    const char *content_type;
    int64_t token_ttl; /* seconds, for the header of that name; below 0: no such header */
    bool data;         /* it has ETag, Last-Modified and Accept-Ranges */
    struct bytes body; /* owned */
};

void answer_clear(struct answer *answer);

const char *answer_reason(int status);

/* The page that the service sends with an error. 0 or -ENOMEM. */
int answer_page(int status, struct answer *ret);

/* Whether the request asks for a token: a PUT to api/token of any version. */
bool answer_is_token_request(const struct request *request);

/* token, token_ttl: what token_check() said. 0 or negative errno. *ret is the caller's to clear. */
int answer_request(const struct tree *tree, struct tokens *tokens, const struct request *request,
    int64_t now, enum token_state token, int64_t token_ttl, struct answer *ret);
