/* SPDX-License-Identifier: MIT */
/* agent/lib/error.c: an error is one printable line, whatever goes into it. */

#include <errno.h>

#include "check.h"

static void test_set(void **state)
{
    (void) state;
    struct error err = { 0 };
    check_number(
        "returned", error_set(&err, EX_CONFIG, -EINVAL, "%s:%d: bad", "f.json", 3), -EINVAL);
    check_number("status", err.status, EX_CONFIG);
    check_text("text", err.text, "f.json:3: bad");

    check_number("no error wanted", error_set(NULL, EX_CONFIG, -EPERM, "%s", "x"), -EPERM);
    check_number("memory", error_no_memory(&err), -ENOMEM);
    check_number("memory's status", err.status, EX_OSERR);
    check_text("memory's text", err.text, "out of memory");
    check_number("memory, no error wanted", error_no_memory(NULL), -ENOMEM);
}

static void test_file_status(void **state)
{
    (void) state;
    static const int rows[][2] = { { -ENOMEM, EX_OSERR }, { -EACCES, EX_NOPERM },
        { -EPERM, EX_NOPERM }, { -ENOSPC, EX_IOERR }, { -EMFILE, EX_IOERR } };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_number(strerror(-rows[i][0]), error_file_status(rows[i][0]), rows[i][1]);
}

static void test_control_characters(void **state)
{
    (void) state;
    struct error err = { 0 };
    (void) error_set(&err, EX_DATAERR, -EBADMSG, "a%cb\r\n\t\x1b[1m%c~ \xc3\xbc", 1, 0x7f);
    check_text("text", err.text, "a?b????[1m?~ \xc3\xbc");
    (void) error_set(&err, EX_DATAERR, -EBADMSG, "%s",
        "\xc2\x9b"
        "1m\xe2\x80\xae\xe2\x80\xa8\xff");
    check_text("no control characters of ASCII", err.text, "?1m???");
    error_append(&err, "%s", "\xe2\x81\xa6");
    check_text("behind", err.text, "?1m????");
    (void) error_set(&err, EX_DATAERR, -EBADMSG, "%s", "a?b????[1m?~ \xc3\xbc");
    error_prefix(&err, "%s\n: ", "x");
    check_text("prefix", err.text, "x?: a?b????[1m?~ \xc3\xbc");
}

static void test_cut(void **state)
{
    (void) state;
    char text[3000], expected[ERROR_TEXT_MAX];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    memset(expected, 'x', sizeof(expected) - 1);
    expected[sizeof(expected) - 1] = '\0';

    struct error err = { 0 };
    (void) error_set(&err, EX_CONFIG, -EINVAL, "%s", text);
    check_text("long text", err.text, expected);

    memcpy(expected, "file:1: ", 8);
    error_prefix(&err, "file:%d: ", 1);
    check_text("the text makes room for the prefix", err.text, expected);

    memset(expected, 'x', sizeof(expected) - 1);
    error_prefix(&err, "%s", text);
    check_text("long prefix", err.text, expected);
}

static void test_prefix(void **state)
{
    (void) state;
    struct error err = { 0 };
    (void) error_set(&err, EX_CONFIG, -EINVAL, "bad");
    error_prefix(&err, "line %d: ", 7);
    error_prefix(&err, "f.json: ");
    check_text("text", err.text, "f.json: line 7: bad");
    check_number("status", err.status, EX_CONFIG);
    error_prefix(&err, "%s", "");
    check_text("empty prefix", err.text, "f.json: line 7: bad");
    error_prefix(NULL, "%s", "nothing happens");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_set),
        cmocka_unit_test(test_file_status),
        cmocka_unit_test(test_control_characters),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_prefix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
