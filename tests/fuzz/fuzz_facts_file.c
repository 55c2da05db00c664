/* SPDX-License-Identifier: MIT */
/* The facts that are kept: what is read and written is read again as the same, and no fact is read
 * that does not stand in the text. */

#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "instance/facts_file.h"

#define MACHINE "instance i-0123456789abcdef0"

/* A word stands there as it is, unless something in the text is escaped. */
static void check_word(const struct buffer *text, const char *word)
{
    FUZZ_CHECK(!word || fuzz_contains(text, word) || fuzz_contains(text, "\\"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    _cleanup_buffer_ struct buffer text = fuzz_rest(&input), first = { 0 }, second = { 0 };
    _cleanup_facts_ struct facts facts = { 0 }, again = { 0 };
    struct error err = { 0 };
    int r = facts_file_parse(&text, MACHINE, &facts, &err);
    FUZZ_CHECK(r == 0 || r == -EBADMSG || r == -EXDEV);
    if (r == -EBADMSG)
        fuzz_check_error(&err);
    if (r < 0) {
        FUZZ_CHECK(!facts.region && !facts.domain && !facts.vpc_blocks && !facts.vpc_ipv6_blocks);
        return 0;
    }
    FUZZ_CHECK(fuzz_contains(&text, "machine") || fuzz_contains(&text, "\\"));
    check_word(&text, facts.region);
    check_word(&text, facts.domain);
    FUZZ_CHECK(facts_file_render(&facts, MACHINE, &first) == 0);
    FUZZ_CHECK(facts_file_parse(&first, MACHINE, &again, &err) == 0);
    FUZZ_CHECK(facts_file_render(&again, MACHINE, &second) == 0);
    FUZZ_CHECK(buffer_equal(&first, &second));
    FUZZ_CHECK(facts_file_parse(&first, "instance i-0", &again, &err) == -EXDEV);
    return 0;
}
