/* SPDX-License-Identifier: MIT */
/* Text for people, held against a list of what acts on a terminal or on the direction of a line. */

#include <string.h>

#include "fuzz.h"
#include "lib/printable.h"
#include "lib/utf8.h"

/* Control characters, separators, marks and overrides of direction: a part of what does not print.
 */
static bool acts(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f || c == 0x061c || c == 0xfeff;
}

static void check(const char *text, bool has_lines)
{
    for (size_t i = 0, left = strlen(text); left > 0;) {
        size_t length = utf8_character_length(text + i, left);
        FUZZ_CHECK(length > 0);
        bool is_kept = has_lines && (text[i] == '\n' || text[i] == '\t');
        FUZZ_CHECK(is_kept || !acts(utf8_code_point(text + i, length)));
        i += length;
        left -= length;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    _cleanup_mem_ char *text = fuzz_text(&input), *made = mem_strdup(text);
    _cleanup_buffer_ struct buffer line = fuzz_buffer(""), lines = fuzz_buffer(""),
                                   again = fuzz_buffer("");
    FUZZ_CHECK(made && printable_append_line(text, strlen(text), &line) == 0);
    FUZZ_CHECK(printable_append_lines(text, strlen(text), &lines) == 0);
    printable_make(made);
    check(line.data, false);
    check(lines.data, true);
    FUZZ_CHECK(strcmp(made, line.data) == 0 && printable_is(line.data));
    FUZZ_CHECK(printable_is(text) == (strcmp(text, line.data) == 0));
    FUZZ_CHECK(printable_append_line(line.data, line.size, &again) == 0);
    FUZZ_CHECK(buffer_equal(&line, &again));
    return 0;
}
