/* SPDX-License-Identifier: MIT */
#pragma once

/* What the fuzzers share. Each is a file fuzz_NAME.c with one function that libFuzzer, or the
 * replay of the corpus, calls with any bytes; what must hold is said with FUZZ_CHECK(). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "formats/edit.h"
#include "lib/buffer.h"
#include "lib/error.h"
#include "lib/memory.h"
#include "lib/strings.h"
#include "proxy/environment.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

__attribute__((noreturn)) void fuzz_fail(const char *file, int line, const char *condition);

static inline void fuzz_check(bool holds, const char *file, int line, const char *condition)
{
    if (!holds)
        fuzz_fail(file, line, condition);
}

/* Ends the process, with words, when the condition does not hold. */
#define FUZZ_CHECK(condition) fuzz_check((condition), __FILE__, __LINE__, #condition)

/* An input that is taken apart from its front. */
struct fuzz_input {
    const char *at;
    size_t left;
};

static inline struct fuzz_input fuzz_input_of(const uint8_t *data, size_t size)
{
    return (struct fuzz_input){ (const char *) (const void *) data, size };
}

/* The next byte as a number below `choices`: of a digit its value, so that an input can be text. 0
 * at the end. */
size_t fuzz_choice(struct fuzz_input *input, size_t choices);

/* The bytes up to the next newline, or end, as a string that ends at a NUL among them. The caller
 * frees it with mem_free(). */
char *fuzz_line(struct fuzz_input *input);

/* Likewise all that is left. */
char *fuzz_text(struct fuzz_input *input);

/* All that is left, or what stands before the next line "%%". The caller frees it with
 * buffer_free(). */
struct buffer fuzz_rest(struct fuzz_input *input);
struct buffer fuzz_part(struct fuzz_input *input);

/* A buffer with a text. */
struct buffer fuzz_buffer(const char *text);

/* Whether a text is in the bytes. */
bool fuzz_contains(const struct buffer *bytes, const char *text);

/* An error that was set: it has a status and words, in one line. */
void fuzz_check_error(const struct error *err);

/* An environment out of some that the agent makes. Borrowed. */
enum { FUZZ_ENVIRONMENTS = 6 };
const struct environment *fuzz_environment(size_t number);

/* Reads a written file in another way than the agent's own reader does, and checks it. */
typedef void (*fuzz_reader)(const struct environment *environment, const struct content *before,
    const struct content *after);

/* Where fuzz_edit() keeps each edit, for tests/fuzz/foreign-reader; NULL: nowhere. A line with the
 * values of the environment, or "-", and the sizes of the file before and after; then the two. */
extern FILE *fuzz_edits;

/* A file of an output: what its editor makes of a foreign file. The input is a digit for the
 * environment, one for that of a second run, and the file. */
void fuzz_edit(const char *path, fuzz_reader reader, const uint8_t *data, size_t size);
