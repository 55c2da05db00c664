/* Words for a shell, read back by the rules of POSIX: Shell Command Language, section 2.2. */

#include <string.h>

#include "fuzz.h"
#include "lib/shell.h"

/* Takes the quotes away: single quotes, and a backslash in front of one character. Nothing else
 * that a shell does anything with may stand there. */
static struct buffer unquote(const char *word)
{
    struct buffer text = fuzz_buffer("");
    while (*word) {
        if (*word == '\'') {
            const char *end = strchr(word + 1, '\'');
            FUZZ_CHECK(end);
            FUZZ_CHECK(buffer_append(&text, word + 1, (size_t) (end - word) - 1) == 0);
            word = end + 1;
            continue;
        }
        if (*word == '\\') {
            word++;
            FUZZ_CHECK(*word && *word != '\n');
        } else
            FUZZ_CHECK(!strchr(" \t\n\v\f\r|&;<>()$`\"*?[]#~{}!^", *word));
        FUZZ_CHECK(buffer_append(&text, word, 1) == 0);
        word++;
    }
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    _cleanup_mem_ char *text = fuzz_text(&input);
    _cleanup_buffer_ struct buffer word = { 0 }, path = { 0 };
    if (!*text)
        return 0;
    FUZZ_CHECK(shell_append_word(&word, text) == 0);
    _cleanup_buffer_ struct buffer again = unquote(word.data);
    FUZZ_CHECK(strcmp(again.data, text) == 0);
    FUZZ_CHECK(shell_append_path(&path, text) == 0 && path.size > 0);
    for (const char *p = path.data; *p; p++)
        FUZZ_CHECK((unsigned char) *p >= ' ' && *p != 0x7f);
    return 0;
}
