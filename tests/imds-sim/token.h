/* SPDX-License-Identifier: MIT */
#pragma once

/* The session tokens of IMDSv2: issued, checked, expired. At most 65536 are remembered; the oldest
 * is forgotten first, and is from then on invalid. */

#include <stdint.h>

#define TOKEN_LENGTH  56
#define TOKEN_TTL_MIN 1
/* Six hours: the limit that the EC2 user guide gives. */
#define TOKEN_TTL_MAX 21600

/* TOKEN_NOT_ASKED: the request is the one that gets a token. */
enum token_state { TOKEN_VALID, TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_NOT_ASKED };

struct tokens;

/* NULL when there is no memory or no randomness. */
struct tokens *tokens_new(void);
void tokens_free(struct tokens *tokens);

/* Writes a new token, NUL-terminated. 0, or negative errno when there is no randomness. */
int token_issue(struct tokens *tokens, int64_t now, int ttl_seconds, char ret[TOKEN_LENGTH + 1]);

/* A header that is absent is a text of NULL. *ret_seconds_left is set when the token is valid. */
enum token_state token_check(
    const struct tokens *tokens, int64_t now, const char *text, int64_t *ret_seconds_left);
