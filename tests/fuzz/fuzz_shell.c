/* SPDX-License-Identifier: MIT */
/* Words for a shell, read back by the rules of POSIX: Shell Command Language, sections 2.2
 * and 2.6.3, and printf(1). */

#include <string.h>

#include "fuzz.h"
#include "lib/printable.h"
#include "lib/shell.h"

#define SUBSTITUTION "\"$(printf '"

/* The format of printf(1) up to the quote at its end, as the command prints it. */
static const char *expand_format(const char *format, struct buffer *ret)
{
    FUZZ_CHECK(*format != '-');
    for (; *format != '\''; format++) {
        char byte = *format;
        FUZZ_CHECK(byte);
        if (byte == '%')
            FUZZ_CHECK(*++format == '%');
        if (byte == '\\') {
            unsigned int number = 0;
            for (int i = 0; i < 3; i++) {
                FUZZ_CHECK(*++format >= '0' && *format <= '7');
                number = number * 8 + (unsigned int) (*format - '0');
            }
            byte = (char) number;
        }
        FUZZ_CHECK(byte && buffer_append(ret, &byte, 1) == 0);
    }
    FUZZ_CHECK(strncmp(format, "')\"", 3) == 0);
    FUZZ_CHECK(ret->size == 0 || ret->data[ret->size - 1] != '\n');
    return format + 3;
}

/* What stands at a place of a word, as a shell reads it. Nothing may stand there that a shell does
 * anything else with. */
static const char *unquote(const char *word, struct buffer *ret)
{
    if (strncmp(word, SUBSTITUTION, strlen(SUBSTITUTION)) == 0)
        return expand_format(word + strlen(SUBSTITUTION), ret);
    if (*word == '\'') {
        const char *end = strchr(word + 1, '\'');
        FUZZ_CHECK(end && buffer_append(ret, word + 1, (size_t) (end - word) - 1) == 0);
        return end + 1;
    }
    bool escaped = *word == '\\';
    word += escaped;
    FUZZ_CHECK(*word && *word != '\n');
    FUZZ_CHECK(escaped || !strchr(" \t\n\v\f\r|&;<>()$`\"*?[]#~{}!^", *word));
    FUZZ_CHECK(buffer_append(ret, word, 1) == 0);
    return word + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    _cleanup_mem_ char *text = fuzz_text(&input);
    _cleanup_buffer_ struct buffer word = { 0 }, name = { 0 }, again = fuzz_buffer("");
    int r = shell_append_word(&word, text);
    FUZZ_CHECK(shell_append_name(&name, text) == 0 && name.size > 0 && printable_is(name.data));
    if (r == 1) {
        FUZZ_CHECK(word.size == 0 && text[strlen(text) - 1] == '\n');
        return 0;
    }
    FUZZ_CHECK(r == 0 && word.size > 0 && printable_is(word.data));
    for (const char *at = word.data; *at;)
        at = unquote(at, &again);
    FUZZ_CHECK(strcmp(again.data, text) == 0 && buffer_equal(&word, &name));
    return 0;
}
