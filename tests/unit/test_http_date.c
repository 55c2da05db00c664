/* SPDX-License-Identifier: MIT */
/* agent/lib/http_date.c: what a header says of a server's clock. */

#include "lib/http_date.h"

#include "check.h"

static const struct {
    const char *line;
    int64_t at; /* in seconds since 1970 */
} rows[] = {
    { "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 784111777 },
    { "date:Sun, 06 Nov 1994 08:49:37 GMT", 784111777 },
    { "DATE: \t Sun, 06 Nov 1994 08:49:37 GMT \r\n", 784111777 },
    { "Date: Sun, 06 Nov 1994 08:49:37", 0 },
    { "Date: Sun, 06 Nov 1994 08:49:37 GMT, and more", 0 },
    { "Date: Sunday, 06-Nov-94 08:49:37 GMT", 0 },
    { "Date: Thu, 01 Jan 1970 00:00:00 GMT", 0 },
    { "Date: Wed, 31 Dec 1969 23:59:59 GMT", 0 },
    { "Date:", 0 },
    { "Dat", 0 },
    { "", 0 },
    { "Update: Sun, 06 Nov 1994 08:49:37 GMT", 0 },
    { "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT", 0 },
    { "Date: 00000000000000000000000000000000000000000000000000000000000000000000000000000", 0 },
};

static void reads_a_date(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_number(
            rows[i].line, http_date_of_line(rows[i].line, strlen(rows[i].line)), rows[i].at);
}

static void takes_no_date_with_a_nul(void **state)
{
    static const char line[] = "Date: Sun, 06 Nov 1994 08:49:37 GMT\0x";
    (void) state;
    check_number("a NUL", http_date_of_line(line, sizeof(line) - 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_date),
        cmocka_unit_test(takes_no_date_with_a_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
