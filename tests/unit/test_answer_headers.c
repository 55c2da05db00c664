/* SPDX-License-Identifier: MIT */
/* agent/aws/answer_headers.c: the headers of an answer that count. */

#include "aws/answer_headers.h"

#include "check.h"

#define TEXT128                                                                                    \
    "x234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901"  \
    "2345678901234567890123456789012345678"

static void take_lines(struct answer_headers *headers, const char *lines)
{
    while (*lines) {
        size_t length = strcspn(lines, "\n");
        answer_headers_take(headers, lines, length + (lines[length] == '\n'));
        lines += length + (lines[length] == '\n');
    }
}

static void test_rows(void **state)
{
    (void) state;
    static const struct {
        const char *lines;
        int64_t date;
        uint64_t retry_after_ms;
        const char *error_type;
    } rows[] = {
        { "", 0, 0, "" },
        { "Date: Sun, 29 Nov 2026 16:00:00 GMT\r\n", 1795968000, 0, "" },
        { "date:Sun, 29 Nov 2026 16:00:00 GMT", 1795968000, 0, "" },
        { "DATE:   Sun, 29 Nov 2026 16:00:00 GMT \t\r\n", 1795968000, 0, "" },
        { "Date: Thu, 29 Feb 2024 00:00:00 GMT\n", 1709164800, 0, "" },
        { "Date: Sunday, 29-Nov-26 16:00:00 GMT\r\n", 0, 0, "" },
        { "Date: Sun Nov 29 16:00:00 2026\r\n", 0, 0, "" },
        { "Date: Sun, 29 Nov 2026 16:00:00 +0100\r\n", 0, 0, "" },
        { "Date: Sun, 29 Nov 2026 16:00:00 GMT x\r\n", 0, 0, "" },
        { "Date: Thu, 01 Jan 1960 00:00:00 GMT\r\n", 0, 0, "" },
        { "Date: 1795968000\r\n", 0, 0, "" },
        { "Date:\r\n", 0, 0, "" },
        { "Dates: Sun, 29 Nov 2026 16:00:00 GMT\r\n", 0, 0, "" },
        { "X-Date: Sun, 29 Nov 2026 16:00:00 GMT\r\n", 0, 0, "" },
        { "Date", 0, 0, "" },
        { "Retry-After: 2\r\n", 0, 2000, "" },
        { "retry-after: 0\r\n", 0, 0, "" },
        { "Retry-After: 3600\r\n", 0, 3600000, "" },
        { "Retry-After: 3601\r\n", 0, 0, "" },
        { "Retry-After: 99999999\r\n", 0, 0, "" },
        { "Retry-After: 999999999999999999999999999\r\n", 0, 0, "" },
        { "Retry-After: -1\r\n", 0, 0, "" },
        { "Retry-After: 1.5\r\n", 0, 0, "" },
        { "Retry-After: Sun, 29 Nov 2026 16:00:00 GMT\r\n", 0, 0, "" },
        { "x-amz-retry-after: 1500\r\n", 0, 1500, "" },
        { "X-AMZ-Retry-After: 1500\r\nRetry-After: 1\r\n", 0, 1500, "" },
        { "Retry-After: 2\r\nx-amz-retry-after: 1500\r\n", 0, 2000, "" },
        { "x-amzn-ErrorType: AccessDeniedException\r\n", 0, 0, "AccessDeniedException" },
        { "X-Amzn-Errortype: a#B:http://c/\r\n", 0, 0, "a#B:http://c/" },
        { "x-amzn-ErrorType: " TEXT128 "\r\n", 0, 0, "" },
        { "x-amzn-ErrorType: a\x1b[31m\r\n", 0, 0, "" },
        { "Date: Sun, 29 Nov 2026 16:00:00 GMT\nx-amzn-ErrorType: A\nRetry-After: 1\n"
          "HTTP/1.1 200 OK\r\n",
            0, 0, "" },
        { "HTTP/1.1 400 Bad\r\nx-amzn-ErrorType: A\r\n\r\n", 0, 0, "A" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        struct answer_headers headers = { 0 };
        take_lines(&headers, rows[i].lines);
        check_number(rows[i].lines, headers.date, rows[i].date);
        check_number(rows[i].lines, headers.retry_after_ms, rows[i].retry_after_ms);
        check_text(rows[i].lines, headers.error_type, rows[i].error_type);
    }
}

static void test_nul(void **state)
{
    (void) state;
    static const char line[] = "x-amzn-ErrorType: A\0B\r\n";
    struct answer_headers headers = { 0 };
    answer_headers_take(&headers, line, sizeof(line) - 1);
    check_text("a NUL", headers.error_type, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_nul),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
