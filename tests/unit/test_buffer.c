/* SPDX-License-Identifier: MIT */
/* agent/lib/buffer.c: bytes that grow and are always followed by a NUL. */

#include "lib/buffer.h"

#include <errno.h>

#include "check.h"
#include "lib/memory.h"

static void test_append(void **state)
{
    (void) state;
    _cleanup_buffer_ struct buffer buffer = { 0 };
    check_number("nothing", buffer_append(&buffer, NULL, 0), 0);
    check_bytes("nothing, with its NUL", buffer.data, buffer.size + 1, "", 1);
    check_number("bytes", buffer_append(&buffer, "a\0b", 3), 0);
    check_number("text", buffer_append_text(&buffer, "cd"), 0);
    check_number("printf", buffer_printf(&buffer, "%s-%03d", "e", 7), 0);
    check_number("empty printf", buffer_printf(&buffer, "%s", ""), 0);
    check_bytes("all", buffer.data, buffer.size + 1, "a\0bcde-007", 11);
}

static void test_growth(void **state)
{
    (void) state;
    _cleanup_buffer_ struct buffer bytes = { 0 }, printed = { 0 };
    static char expected[70001];
    for (size_t i = 0; i < 70000; i++) {
        expected[i] = (char) ('a' + i % 26);
        check_number("append", buffer_append(&bytes, &expected[i], 1), 0);
        check_that("the NUL", bytes.data[bytes.size] == '\0');
        check_that("room for the NUL", bytes.size < bytes.capacity);
    }
    check_bytes("byte by byte", bytes.data, bytes.size, expected, 70000);
    for (size_t i = 0; i < 70000; i += 7)
        check_number("printf", buffer_printf(&printed, "%.7s", expected + i), 0);
    check_bytes("by printf", printed.data, printed.size + 1, expected, 70001);
}

/* Around the sizes at which a buffer grows, where a missing byte for the NUL would show. */
static void test_printf_lengths(void **state)
{
    (void) state;
    for (int length = 250; length < 260; length++) {
        _cleanup_buffer_ struct buffer buffer = { 0 };
        check_number("printf", buffer_printf(&buffer, "%*s", length, "x"), 0);
        check_number("size", buffer.size, length);
        check_number("length", strlen(buffer.data), length);
    }
}

static void test_too_large(void **state)
{
    (void) state;
    _cleanup_buffer_ struct buffer buffer = { 0 };
    check_number("append", buffer_append_text(&buffer, "kept"), 0);
    check_number("all there is", buffer_append(&buffer, "x", SIZE_MAX), -ENOMEM);
    check_number("half of it", buffer_append(&buffer, "x", SIZE_MAX / 2), -ENOMEM);
    check_text("as before", buffer.data, "kept");
    check_number("size", buffer.size, 4);
}

static void test_equal(void **state)
{
    (void) state;
    static const struct {
        const char *row, *a, *b;
        size_t a_size, b_size;
        bool equal;
    } rows[] = {
        { "empty", "", "", 0, 0, true },
        { "same", "abc", "abc", 3, 3, true },
        { "shorter", "abc", "abc", 3, 2, false },
        { "other byte", "abc", "abd", 3, 3, false },
        { "behind a NUL", "a\0b", "a\0c", 3, 3, false },
        { "same with a NUL", "a\0b", "a\0b", 3, 3, true },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer a = { 0 }, b = { 0 };
        check_number(rows[i].row, buffer_append(&a, rows[i].a, rows[i].a_size), 0);
        check_number(rows[i].row, buffer_append(&b, rows[i].b, rows[i].b_size), 0);
        check_number(rows[i].row, buffer_equal(&a, &b), rows[i].equal);
        check_number(rows[i].row, buffer_equal(&b, &a), rows[i].equal);
    }
    const struct buffer none = { 0 };
    _cleanup_buffer_ struct buffer empty = { 0 };
    check_number("append", buffer_append(&empty, "", 0), 0);
    check_that("no bytes", buffer_equal(&none, &none));
    check_that("no bytes, empty", buffer_equal(&none, &empty));
}

static void test_take(void **state)
{
    (void) state;
    struct buffer buffer = { 0 };
    char *text = buffer_take(&buffer);
    check_text("of an empty buffer", text, "");
    mem_free(text);

    check_number("append", buffer_append_text(&buffer, "abc"), 0);
    text = buffer_take(&buffer);
    check_text("taken", text, "abc");
    check_that("left behind", !buffer.data && buffer.size == 0 && buffer.capacity == 0);
    mem_free(text);

    check_number("again", buffer_append_text(&buffer, "d"), 0);
    check_text("again", buffer.data, "d");
    buffer_free(&buffer);
    check_that("freed", !buffer.data && buffer.size == 0 && buffer.capacity == 0);
    buffer_free(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_append),
        cmocka_unit_test(test_growth),
        cmocka_unit_test(test_printf_lengths),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_take),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
