/* SPDX-License-Identifier: MIT */
/* agent/doctor/proxy_answer.c: what a proxy's headers say. */

#include "doctor/proxy_answer.h"

#include "check.h"
#include "lib/printable.h"

static const struct {
    const char *row;
    const char *lines[5];
    bool is_http, is_of_aws;
    const char *schemes, *reason;
    int64_t date;
} rows[] = {
    { "nothing", { NULL }, false, false, "", "", 0 },
    { "tunnel", { "HTTP/1.1 200 Connection established\r\n", "\r\n" }, true, false, "",
        "Connection established", 0 },
    { "a refusal's words", { "HTTP/1.0 403 Filtered\r\n", "Server: tinyproxy/1.11\r\n" }, true,
        false, "", "Filtered", 0 },
    { "squid's error counts more",
        { "HTTP/1.1 403 Forbidden\r\n", "X-Squid-Error: ERR_ACCESS_DENIED 0\r\n" }, true, false, "",
        "ERR_ACCESS_DENIED 0", 0 },
    { "schemes",
        { "HTTP/1.1 407 x\r\n", "Proxy-Authenticate: Negotiate\r\n", "proxy-authenticate:NTLM\r\n",
            "Proxy-Authenticate: Basic realm=\"a, b\"\r\n" },
        true, false, "Negotiate, NTLM, Basic", "x", 0 },
    { "no scheme",
        { "HTTP/1.1 407 x\r\n", "Proxy-Authenticate:\r\n", "Proxy-Authenticate: , Basic\r\n" },
        true, false, "", "x", 0 },
    { "a later answer",
        { "HTTP/1.1 407 first\r\n", "Proxy-Authenticate: Basic\r\n", "x-amzn-requestid: 1\r\n",
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", "HTTP/1.1 200\r\n" },
        true, false, "", "", 784111777 },
    { "AWS",
        { "HTTP/1.1 200 OK\r\n", "\r\n", "HTTP/1.1 403 Forbidden\r\n", "X-Amz-Request-Id: 1\r\n" },
        true, true, "", "Forbidden", 0 },
    { "another protocol", { "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\n" }, false, false, "",
        "OK", 0 },
    { "no words", { "HTTP/1.1 503\r\n" }, true, false, "", "", 0 },
    { "a terminal's sequence", { "HTTP/1.1 403 \x1b[31mred\r\n" }, true, false, "", "?[31mred", 0 },
};

static void reads_headers(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        struct proxy_answer answer = { 0 };
        for (size_t l = 0; l < ELEMENTSOF(rows[i].lines) && rows[i].lines[l]; l++)
            proxy_answer_take(&answer, rows[i].lines[l], strlen(rows[i].lines[l]));
        check_number(rows[i].row, answer.is_http, rows[i].is_http);
        check_number(rows[i].row, answer.is_of_aws, rows[i].is_of_aws);
        check_text(rows[i].row, answer.schemes, rows[i].schemes);
        check_text(rows[i].row, answer.reason, rows[i].reason);
        check_number(rows[i].row, answer.date, rows[i].date);
    }
}

/* More than there is a place for. */
static void cuts_what_is_longer(void **state)
{
    char line[1000] = "Proxy-Authenticate: ";
    struct proxy_answer answer = { 0 };
    (void) state;
    memset(line + strlen(line), 'x', sizeof(line) - strlen(line) - 1);
    for (int i = 0; i < 100; i++) {
        proxy_answer_take(&answer, line, strlen(line) - (size_t) i * 9);
        proxy_answer_take(&answer, "Proxy-Authenticate: Basic", 25);
    }
    check_number("schemes", strlen(answer.schemes) < PROXY_ANSWER_TEXT_MAX, 1);
    check_number("one that fits", strstr(answer.schemes, "Basic") != NULL, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_headers),
        cmocka_unit_test(cuts_what_is_longer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
