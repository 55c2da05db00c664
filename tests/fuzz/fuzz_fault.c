/* SPDX-License-Identifier: MIT */
/* An error of AWS, or what takes its place: a line with the status, one for each header, an empty
 * one, and the body. Whatever they are, a kind is found, and the words fit on a terminal. */

#include <ctype.h>
#include <string.h>

#include "aws/answer_headers.h"
#include "aws/fault.h"
#include "fuzz.h"
#include "lib/printable.h"

enum { RETRY_MS_MAX = 60 * 60 * 1000 };

static struct answer_headers take_headers(struct fuzz_input *input)
{
    struct answer_headers headers = { 0 };
    for (bool more = true; more && input->left > 0;) {
        _cleanup_mem_ char *line = fuzz_line(input);
        answer_headers_take(&headers, line, strlen(line));
        more = *line;
    }
    FUZZ_CHECK(headers.date >= 0);
    FUZZ_CHECK(headers.retry_after_ms <= RETRY_MS_MAX);
    FUZZ_CHECK(strlen(headers.error_type) < ANSWER_ERROR_TYPE_MAX);
    for (const char *p = headers.error_type; *p; p++)
        FUZZ_CHECK(!iscntrl((unsigned char) *p));
    return headers;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = { 400, 403, 429, 500, 503, 302, 404, 204 };
    struct fuzz_input input = fuzz_input_of(data, size);
    int status = statuses[fuzz_choice(&input, sizeof(statuses) / sizeof(*statuses))];
    struct answer_headers headers = take_headers(&input);
    _cleanup_buffer_ struct buffer body = fuzz_rest(&input);
    struct fault fault;
    FUZZ_CHECK(fault_read(status, headers.error_type, &body, &fault) == 0);
    FUZZ_CHECK(fault.kind < FAULT_KINDS);
    FUZZ_CHECK(strlen(fault.code) < FAULT_CODE_MAX);
    FUZZ_CHECK(strlen(fault.message) < FAULT_MESSAGE_MAX);
    FUZZ_CHECK(printable_is(fault.code) && printable_is(fault.message));
    FUZZ_CHECK(!strpbrk(fault.code, " \"'#:/") && !strpbrk(fault.message, "\n\t"));
    FUZZ_CHECK(fault.kind != FAULT_SIGNATURE || !*fault.message);
    FUZZ_CHECK(fault.kind != FAULT_FOREIGN || !*fault.code);
    return 0;
}
