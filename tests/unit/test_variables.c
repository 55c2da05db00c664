/* SPDX-License-Identifier: MIT */
/* agent/formats/variables.c: the value of a variable in a file of lines. */

#include "formats/variables.h"

#include <errno.h>

#include "check.h"
#include "lib/memory.h"

static const struct {
    const char *row, *text, *value; /* NULL: it is not set */
} rows[] = {
    { "nothing", "", NULL },
    { "a line", "set a=\"b\";\n", "b" },
    { "no newline behind it", "set a=\"b\";", "b" },
    { "an empty value", "set a=\"\";\n", "" },
    { "among others", "set b=\"c\";\nset a=\"b\";\nset aa=\"c\";\n", "b" },
    { "the last one counts", "set a=\"b\";\nset a=\"c\";\n", "c" },
    { "what is around it in the value", "set a=\"set a=\"b\";\";\n", "set a=\"b\";" },
    { "nothing in front", "a=\"b\";\n", NULL },
    { "more in front", " set a=\"b\";\n", NULL },
    { "a longer name", "set ab=\"b\";\n", NULL },
    { "another case", "set A=\"b\";\n", NULL },
    { "nothing between", "set a\"b\";\n", NULL },
    { "nothing behind", "set a=\"b\"\n", NULL },
    { "more behind", "set a=\"b\"; \n", NULL },
    { "one text cannot be both ends", "set a=\";\n", NULL },
};

static void test_get(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer file = { 0 };
        _cleanup_mem_ char *value = NULL;
        check_number(rows[i].row, buffer_append_text(&file, rows[i].text), 0);
        int r = variables_get(&file, "set ", "a", "=\"", "\";", &value);
        check_number(rows[i].row, r, rows[i].value ? 0 : -ENOENT);
        check_text(rows[i].row, value, rows[i].value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_get) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
