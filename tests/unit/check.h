/* SPDX-License-Identifier: MIT */
#pragma once

/* What cmocka lacks: comparisons that name the row of a table that failed and print both sides, and
 * a generator of random input that is the same in every run. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* needs the headers above */

#include "imds/http.h"
#include "lib/array.h"
#include "lib/error.h"
#include "lib/json.h"

enum { CHECK_SHOWN_MAX = 4096 }; /* bytes; more of a value is not printed */

/* Prints bytes on one line, so that blanks, line ends and control characters can be seen. */
static inline void check_show(const char *label, const char *bytes, size_t size)
{
    char text[4 * CHECK_SHOWN_MAX + 1];
    size_t used = 0, shown = size < CHECK_SHOWN_MAX ? size : CHECK_SHOWN_MAX;
    for (size_t i = 0; i < shown; i++) {
        unsigned char c = (unsigned char) bytes[i];
        char one[5];
        int length = c == '\n'              ? snprintf(one, sizeof(one), "\\n")
                     : c < ' ' || c >= 0x7f ? snprintf(one, sizeof(one), "\\x%02x", c)
                                            : snprintf(one, sizeof(one), "%c", c);
        memcpy(text + used, one, (size_t) length);
        used += (size_t) length;
    }
    text[used] = '\0';
    print_error("%s \"%s\"%s\n", label, text, shown < size ? " ..." : "");
}

/* cmocka does not say that _fail() never returns; readers of the code and analyzers want to know.
 */
static inline _Noreturn void check_fail_at(const char *file, int line)
{
    _fail(file, line);
    abort();
}

static inline void check_bytes_at(const char *file, int line, const char *row, const char *got,
    size_t got_size, const char *expected, size_t expected_size)
{
    if (got_size == expected_size && (got_size == 0 || memcmp(got, expected, got_size) == 0))
        return;
    print_error("%s\n", row);
    check_show("expected", expected, expected_size);
    check_show("got     ", got, got_size);
    check_fail_at(file, line);
}

/* Either text may be NULL, which is equal to itself only. */
static inline void check_text_at(
    const char *file, int line, const char *row, const char *got, const char *expected)
{
    if (got && expected) {
        check_bytes_at(file, line, row, got, strlen(got), expected, strlen(expected));
        return;
    }
    if (got == expected)
        return;
    print_error("%s\n", row);
    check_show("expected", expected ? expected : "(null)", strlen(expected ? expected : "(null)"));
    check_show("got     ", got ? got : "(null)", strlen(got ? got : "(null)"));
    check_fail_at(file, line);
}

static inline void check_number_at(
    const char *file, int line, const char *row, long long got, long long expected)
{
    if (got == expected)
        return;
    print_error("%s\nexpected %lld\ngot      %lld\n", row, expected, got);
    check_fail_at(file, line);
}

static inline void check_that_at(
    const char *file, int line, const char *row, bool holds, const char *what)
{
    if (holds)
        return;
    print_error("%s\nexpected: %s\n", row, what);
    check_fail_at(file, line);
}

#define check_bytes(row, got, got_size, expected, expected_size)                                   \
    check_bytes_at(__FILE__, __LINE__, row, got, got_size, expected, expected_size)
#define check_text(row, got, expected) check_text_at(__FILE__, __LINE__, row, got, expected)
#define check_number(row, got, expected)                                                           \
    check_number_at(__FILE__, __LINE__, row, (long long) (got), (long long) (expected))
#define check_that(row, condition) check_that_at(__FILE__, __LINE__, row, condition, #condition)

/* The start of every agent: cJSON and libcurl on memory that is wiped. A group's setup. */
static inline int check_start(void **state)
{
    (void) state;
    json_init();
    return http_init();
}

/* splitmix64: the next number below `bound`. */
static inline size_t check_random(uint64_t *seed, size_t bound)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (size_t) ((z ^ (z >> 31)) % bound);
}
