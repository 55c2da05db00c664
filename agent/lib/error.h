/* SPDX-License-Identifier: MIT */
#pragma once

/* What went wrong, in words for a person, with the exit status it leads to. */

#include <sysexits.h>

enum { ERROR_TEXT_MAX = 1024 };

/* Fixed size, no allocation: can be filled when memory is short. Never holds a secret. */
struct error {
    int status;                /* a sysexits(3) code; 0: no error was set */
    char text[ERROR_TEXT_MAX]; /* one line without a newline; cut when longer */
};

/* Sets the status and the text, and returns negative_errno, so that a function can end with
 * `return error_set(err, EX_CONFIG, -EINVAL, "…")`. err may be NULL. */
__attribute__((format(printf, 4, 5))) int error_set(
    struct error *err, int status, int negative_errno, const char *format, ...);

/* The status of a file that cannot be read or written: EX_NOPERM where it is not permitted,
 * EX_OSERR where memory is short, else EX_IOERR. */
int error_file_status(int negative_errno);

/* Puts words in front of the text, as the error travels up: "FILE:3: " and so on. */
__attribute__((format(printf, 2, 3))) void error_prefix(struct error *err, const char *format, ...);

/* Puts words behind the text. */
__attribute__((format(printf, 2, 3))) void error_append(struct error *err, const char *format, ...);

/* The error of exhausted memory, for functions that hand on -ENOMEM: returns -ENOMEM. */
int error_no_memory(struct error *err);
