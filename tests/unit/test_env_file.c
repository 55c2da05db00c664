/* SPDX-License-Identifier: MIT */
/* agent/formats/env_file.c: what systemd reads, each row tried with load_env_file() of systemd
 * 252. */

#include "formats/env_file.h"

#include <errno.h>

#include "check.h"
#include "lib/memory.h"

/* The value of "a"; NULL: not set. */
static const struct {
    const char *file, *value;
} rows[] = {
    { "a=1", "1" },
    { "a=1\na=2\n", "2" },
    { "\n a = 1 2 \t\n", "1 2" },
    { "a=\n", "" },
    { "a", NULL },
    { "#a=1\n;a=2\n", NULL },
    { "x=1 #\na=1 # 2\n", "1 # 2" },
    { "export a=1\n", NULL },
    { "ab=1\n", NULL },

    /* A carriage return ends a line, as a newline does. */
    { "a=1\r\n", "1" },
    { "x=1\ra=2", "2" },
    { "a=1\rx=2\n", "1" },
    { "#\ra=1\n", "1" },
    { "a\r=1\n", NULL },

    /* Quotes and backslashes. */
    { "a='1 2' \n", "1 2" },
    { "a=\"1\"'2'\n", "12" },
    { "a='1\nx=2'\n", "1\nx=2" },
    { "x='\na=1\n", NULL },
    { "x=\"\na=1\n\"\na=2\n", "2" },
    { "a=1'2'\n", "1'2'" },
    { "a='1'2'3'\n", "12'3'" },
    { "a=1\\\n2\n", "12" },
    { "x=1\\\na=2\n", NULL },
    { "x=1\\\r\na=2\n", "2" },
    { "a=\\1\\ \n", "1 " },
    { "a=\"\\$\\a\\\"\\\n\"\n", "$\\a\"" },
    { "a='\\'\n", "\\" },
    { "#\\\na=1\n", NULL },

    /* Nothing is read of what is not UTF-8, but for comments. */
    { "a=1\nx=\xff\n", NULL },
    { "a=1\n\xe9=x\n", NULL },
    { "#\xff\na=1\n", "1" },
    { "\xff\na=1\n", "1" },
    { "x=\xc3\xa9\na=1\n", "1" },
};

static void test_get(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        const char *row = rows[i].file;
        _cleanup_buffer_ struct buffer file = { 0 };
        _cleanup_mem_ char *value = NULL;
        check_number(row, buffer_append_text(&file, row), 0);
        check_number(row, env_file_get(&file, "a", &value), rows[i].value ? 0 : -ENOENT);
        check_text(row, value ? value : "-", rows[i].value ? rows[i].value : "-");
    }
}

static void test_verify(void **state)
{
    (void) state;
    static char proxy[] = "http://p:1";
    static const struct {
        const char *file, *error;
    } files[] = {
        { "http_proxy=http://p:1\n", "" },
        { "http_proxy=http://p:1\nx=1\rhttp_proxy=http://q:1\n",
            "systemd would not read http_proxy as it was meant" },
        { "x='\nhttp_proxy=http://p:1\n", "systemd would not read http_proxy as it was meant" },
        { "http_proxy=http://p:1\n\nx=\xff\n",
            "line 3 is not UTF-8, and systemd would read nothing of the file" },
    };
    const struct environment environment = { .values = { [VARIABLE_HTTP_PROXY] = proxy },
        .letter_case = LETTER_CASE_LOWER };
    for (size_t i = 0; i < ELEMENTSOF(files); i++) {
        _cleanup_content_ struct content content = { .exists = true };
        struct error err = { 0 };
        check_number("append", buffer_append_text(&content.bytes, files[i].file), 0);
        check_number(files[i].file, env_file_verify(&environment, &content, &err),
            *files[i].error ? -EBADMSG : 0);
        check_text(files[i].file, err.text, files[i].error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_get),
        cmocka_unit_test(test_verify),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
