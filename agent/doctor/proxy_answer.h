/* SPDX-License-Identifier: MIT */
#pragma once

/* What the headers of an answer say of who has sent it: a proxy, or AWS behind it. Pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PROXY_ANSWER_TEXT_MAX = 256 };

/* Zero-initialise: {0}. */
struct proxy_answer {
    bool has_begun;
    bool is_http;                        /* its first line is one of HTTP */
    bool is_of_aws;                      /* it has a header of AWS's */
    int64_t date;                        /* of any answer so far, in seconds since 1970; 0: none */
    char schemes[PROXY_ANSWER_TEXT_MAX]; /* of logins that are offered: "Negotiate, NTLM" */
    char reason[PROXY_ANSWER_TEXT_MAX]; /* the proxy's own words; both cut when longer, printable */
};

/* Takes one line, with or without its line end. The status line of a later answer makes all but the
 * date go. */
void proxy_answer_take(struct proxy_answer *answer, const char *line, size_t length);
