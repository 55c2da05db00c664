/* SPDX-License-Identifier: MIT */
/* agent/aws/sigv4.c: what botocore's own signer makes of each case of tests/aws/sigv4.tsv, byte for
 * byte. */

#include "aws/sigv4.h"

#include <errno.h>

#include "check.h"
#include "lib/memory.h"
#include "lib/strings.h"

enum { LINE_MAX_SIZE = 8192, VECTORS_MIN = 60 };

enum column {
    CASE,
    HOST,
    CONTENT_TYPE,
    TARGET,
    BODY,
    REPEAT,
    ACCESS_KEY_ID,
    SECRET_ACCESS_KEY,
    SESSION_TOKEN,
    REGION,
    SERVICE,
    TIME,
    DATE,
    AUTHORIZATION,
    COLUMNS
};

/* In place: "\xNN" is a byte. Returns the length. */
static size_t unescape(char *text)
{
    size_t length = 0;
    for (const char *at = text; *at; length++) {
        unsigned int byte = (unsigned char) *at;
        if (*at == '\\')
            check_number("escape", sscanf(at, "\\x%2x", &byte), 1);
        at += *at == '\\' ? 4 : 1;
        text[length] = (char) byte;
    }
    text[length] = '\0';
    return length;
}

static struct buffer repeated(const char *bytes, size_t size, unsigned long times)
{
    struct buffer ret = { 0 };
    for (unsigned long i = 0; i < times; i++)
        check_number("append", buffer_append(&ret, bytes, size), 0);
    return ret;
}

static void check_vector(char *line)
{
    char *fields[COLUMNS] = { 0 };
    size_t lengths[COLUMNS];
    line[strcspn(line, "\n")] = '\0';
    for (size_t i = 0; i < COLUMNS; i++) {
        fields[i] = strsep(&line, "\t");
        check_that("a field", fields[i]);
        lengths[i] = unescape(fields[i]);
    }
    check_that(fields[CASE], !line);
    _cleanup_buffer_ struct buffer body =
        repeated(fields[BODY], lengths[BODY], strtoul(fields[REPEAT], NULL, 10));
    const struct sigv4_request request = {
        .host = fields[HOST],
        .content_type = fields[CONTENT_TYPE],
        .target = fields[TARGET],
        .body = body.size > 0 ? body.data : NULL,
        .body_size = body.size,
        .access_key_id = fields[ACCESS_KEY_ID],
        .secret_access_key = fields[SECRET_ACCESS_KEY],
        .session_token = strcmp(fields[SESSION_TOKEN], "-") == 0 ? NULL : fields[SESSION_TOKEN],
        .region = fields[REGION],
        .service = fields[SERVICE],
        .time = strtoll(fields[TIME], NULL, 10),
    };
    _cleanup_sigv4_headers_ struct sigv4_headers headers = { 0 };
    check_number(fields[CASE], sigv4_sign(&request, &headers), 0);
    check_text(fields[CASE], headers.date, fields[DATE]);
    check_text(fields[CASE], headers.authorization, fields[AUTHORIZATION]);
}

static void test_vectors(void **state)
{
    (void) state;
    _cleanup_fclose_ FILE *file = fopen("tests/aws/sigv4.tsv", "r");
    check_that("tests/aws/sigv4.tsv", file);
    char line[LINE_MAX_SIZE];
    size_t count = 0;
    check_that("the names of the columns", fgets(line, sizeof(line), file));
    for (; fgets(line, sizeof(line), file); count++)
        check_vector(line);
    check_that("at least sixty", count >= VECTORS_MIN);
}

static void test_times(void **state)
{
    (void) state;
    static const int64_t times[] = { -1, INT64_MIN, 253402300800, INT64_MAX };
    struct sigv4_request request = {
        .host = "h",
        .content_type = "c",
        .target = "t",
        .access_key_id = "k",
        .secret_access_key = "s",
        .region = "r",
        .service = "s",
    };
    for (size_t i = 0; i < ELEMENTSOF(times); i++) {
        struct sigv4_headers headers = { 0 };
        request.time = times[i];
        check_number("out of range", sigv4_sign(&request, &headers), -ERANGE);
        check_text("untouched", headers.date, "");
        check_text("untouched", headers.authorization, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_times),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
