/* SPDX-License-Identifier: MIT */
#pragma once

/* Other programs: one asked whether it accepts a text, one that has a job to do. Each gets a bare
 * environment, with what dpkg says of itself to its scripts. A command is the program's absolute
 * path and its arguments, ended by NULL. */

#include <stdbool.h>
#include <stdint.h>

#include "lib/buffer.h"
#include "lib/error.h"

/* Runs a program with the text as its standard input and no output. 0 when it ends with success,
 * -EBADMSG when it does not. It cannot be asked where there is no such program (-ENOENT), it is
 * killed (-ECANCELED), takes longer than a few seconds (-ETIMEDOUT), or cannot be started (another
 * negative errno). */
int program_accepts(const char *const *command, const struct buffer *input);

/* Runs a program for at most timeout_ms, then kills it and what it has started; `input`, which can
 * be NULL, is its standard input. Results as above. *ret_words, which is empty before, gets the
 * last line that it printed that is not blank, cut to a length fit for a message; nothing when
 * there is none. */
int program_run(const char *const *command, const struct buffer *input, uint64_t timeout_ms,
    struct buffer *ret_words);

/* As program_run(), where all but success is an error, which names the program, what it said, and,
 * where it cannot be run, the remedy. 0, or a negative errno and an error. */
int program_must(const char *const *command, const struct buffer *input, unsigned int timeout_s,
    const char *remedy, struct error *err);

/* Whether dpkg waits for this process, and does what is due when it has ended. */
bool program_is_of_package(void);
