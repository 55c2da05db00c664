/* SPDX-License-Identifier: MIT */
/* libFuzzer's own entry, and how an input is taken apart. */

#include "fuzz.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "imds/http.h"
#include "lib/array.h"
#include "lib/json.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void) argc;
    (void) argv;
    json_init();
    return http_init();
}

void fuzz_fail(const char *file, int line, const char *condition)
{
    (void) fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

size_t fuzz_choice(struct fuzz_input *input, size_t choices)
{
    if (input->left == 0)
        return 0;
    unsigned char byte = (unsigned char) *input->at++;
    input->left--;
    return (isdigit(byte) ? byte - (size_t) '0' : (size_t) byte) % choices;
}

static char *fuzz_take(struct fuzz_input *input, size_t length, size_t skip)
{
    char *text = mem_strndup(input->at ? input->at : "", length);
    FUZZ_CHECK(text);
    input->at += length + skip;
    input->left -= length + skip;
    return text;
}

char *fuzz_line(struct fuzz_input *input)
{
    const char *newline = input->left > 0 ? memchr(input->at, '\n', input->left) : NULL;
    return newline ? fuzz_take(input, (size_t) (newline - input->at), 1) : fuzz_text(input);
}

char *fuzz_text(struct fuzz_input *input)
{
    return fuzz_take(input, input->left, 0);
}

static struct buffer take_buffer(struct fuzz_input *input, size_t length, size_t skip)
{
    struct buffer bytes = { 0 };
    FUZZ_CHECK(buffer_append(&bytes, input->at ? input->at : "", length) == 0);
    if (length + skip > 0)
        input->at += length + skip;
    input->left -= length + skip;
    return bytes;
}

struct buffer fuzz_rest(struct fuzz_input *input)
{
    return take_buffer(input, input->left, 0);
}

struct buffer fuzz_part(struct fuzz_input *input)
{
    static const char mark[] = "%%\n";
    const char *end = input->left > 0 ? memmem(input->at, input->left, mark, strlen(mark)) : NULL;
    return end ? take_buffer(input, (size_t) (end - input->at), strlen(mark)) : fuzz_rest(input);
}

struct buffer fuzz_buffer(const char *text)
{
    struct buffer bytes = { 0 };
    FUZZ_CHECK(buffer_append_text(&bytes, text) == 0);
    return bytes;
}

bool fuzz_contains(const struct buffer *bytes, const char *text)
{
    return bytes->size > 0 && memmem(bytes->data, bytes->size, text, strlen(text));
}

void fuzz_check_error(const struct error *err)
{
    FUZZ_CHECK(err->status > 0);
    FUZZ_CHECK(*err->text && !strchr(err->text, '\n'));
}

const struct environment *fuzz_environment(size_t number)
{
#define LOGIN "http://svc:p%40ss%23%27%25@proxy.example.com:3128"
    static const struct {
        const char *values[VARIABLES];
        enum letter_case letter_case;
    } rows[FUZZ_ENVIRONMENTS] = {
        { { LOGIN, LOGIN, "localhost,169.254.169.254,.internal,*.internal,10.0.0.0/16" },
            LETTER_CASE_BOTH },
        { { "http://10.0.0.9:3128", "http://10.0.0.9:3128", "localhost,169.254.169.254" },
            LETTER_CASE_BOTH },
        { { "http://10.0.0.9:3128", NULL, "localhost,fd00:ec2::254" }, LETTER_CASE_LOWER },
        { { NULL, "https://[fd00::1]:3129", "*" }, LETTER_CASE_UPPER },
        { { NULL, NULL, "localhost,169.254.169.254" }, LETTER_CASE_BOTH },
        { { LOGIN, NULL, NULL }, LETTER_CASE_UPPER },
    };
#undef LOGIN
    static struct environment made[FUZZ_ENVIRONMENTS];
    struct environment *environment = &made[number];
    environment->letter_case = rows[number].letter_case;
    for (size_t i = 0; i < VARIABLES; i++)
        if (rows[number].values[i] && !environment->values[i])
            FUZZ_CHECK(environment_add(
                           environment, (enum variable_id) i, rows[number].values[i], NULL) == 0);
    return environment;
}
