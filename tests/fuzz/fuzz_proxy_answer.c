/* SPDX-License-Identifier: MIT */
/* The headers of a proxy's answers, a line each: whatever they are, what is made of them fits, and
 * acts on no terminal. */

#include <string.h>

#include "doctor/proxy_answer.h"
#include "fuzz.h"
#include "lib/printable.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    struct proxy_answer answer = { 0 };
    while (input.left > 0) {
        _cleanup_mem_ char *line = fuzz_line(&input);
        proxy_answer_take(&answer, line, strlen(line));
    }
    FUZZ_CHECK(answer.date >= 0);
    FUZZ_CHECK(strlen(answer.schemes) < PROXY_ANSWER_TEXT_MAX);
    FUZZ_CHECK(strlen(answer.reason) < PROXY_ANSWER_TEXT_MAX);
    FUZZ_CHECK(printable_is(answer.schemes) && printable_is(answer.reason));
    FUZZ_CHECK(!strpbrk(answer.schemes, "\n\t") && !strpbrk(answer.reason, "\n"));
    return 0;
}
