/* SPDX-License-Identifier: MIT */
/* agent/aws/secret_value.c: what is asked of Secrets Manager, and what it may answer. */

#include "aws/secret_value.h"

#include <errno.h>

#include "check.h"
#include "lib/memory.h"

/* What no error may show. */
#define SECRET "s3cr3t"

static void test_request(void **state)
{
    (void) state;
    static const struct {
        const char *id, *stage, *expected;
    } rows[] = {
        { "corp/proxy", NULL, "{\n\t\"SecretId\":\t\"corp/proxy\"\n}\n" },
        { "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-AbCdEf", "AWSPREVIOUS",
            "{\n\t\"SecretId\":\t\"arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-AbCdEf\","
            "\n\t\"VersionStage\":\t\"AWSPREVIOUS\"\n}\n" },
        { "a\"b", NULL, "{\n\t\"SecretId\":\t\"a\\\"b\"\n}\n" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer body = { 0 };
        check_number(rows[i].id, secret_value_request(rows[i].id, rows[i].stage, &body), 0);
        check_text(rows[i].id, body.data, rows[i].expected);
    }
}

static void test_read(void **state)
{
    (void) state;
    static const struct {
        const char *answer, *name, *version, *value;
    } rows[] = {
        { "{\"SecretString\":\"v\"}", "", "", "v" },
        { "{\"ARN\":\"arn\",\"Name\":\"corp/proxy\",\"VersionId\":\"1-2\",\"VersionStages\":["
          "\"AWSCURRENT\"],\"CreatedDate\":1.7e9,\"SecretString\":\"{\\\"a\\\":\\\"b\\\"}\"}",
            "corp/proxy", "1-2", "{\"a\":\"b\"}" },
        { "{\"SecretString\":\"\\u00e4\\n\",\"SecretBinary\":null}", "", "", "ä\n" },
        { "{\"SecretString\":\"v\",\"Name\":null}", "", "", "v" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_secret_value_ struct secret_value secret = { 0 };
        _cleanup_buffer_ struct buffer answer = { 0 };
        struct error err = { 0 };
        check_number("append", buffer_append_text(&answer, rows[i].answer), 0);
        check_number(rows[i].answer, secret_value_read(&answer, &secret, &err), 0);
        check_text(rows[i].answer, secret.name, rows[i].name);
        check_text(rows[i].answer, secret.version, rows[i].version);
        check_text(rows[i].answer, secret.text, rows[i].value);
        check_text(rows[i].answer, err.text, "");
    }
}

static void check_refused(
    const char *row, const struct buffer *answer, int status, const char *text)
{
    struct secret_value secret = { 0 };
    struct error err = { 0 };
    check_number(row, secret_value_read(answer, &secret, &err), -EBADMSG);
    check_text(row, err.text, text);
    check_number(row, err.status, status);
    check_that(row, !secret.text && !secret.name);
}

static void test_refused(void **state)
{
    (void) state;
    static const struct {
        const char *answer;
        int status;
        const char *text;
    } rows[] = {
        { "{\"SecretBinary\":\"" SECRET "\"}", EX_CONFIG,
            "the secret is binary: store its value as text (SecretString)" },
        { "{\"SecretString\":\"\"}", EX_CONFIG, "the secret is empty: store a value in it" },
        { "{}", EX_DATAERR, "the answer has no SecretString" },
        { "", EX_DATAERR, "the answer: line 1: not valid JSON" },
        { "<html>\n" SECRET, EX_DATAERR, "the answer: line 1: not valid JSON" },
        { "{\"SecretString\":\"" SECRET, EX_DATAERR, "the answer: line 1: not valid JSON" },
        { "[\"" SECRET "\"]", EX_DATAERR, "the answer is a list, not an object" },
        { "{\"SecretString\":{\"a\":\"" SECRET "\"}}", EX_DATAERR,
            "SecretString in the answer is an object, not a string" },
        { "{\"SecretString\":17}", EX_DATAERR,
            "SecretString in the answer is a number, not a string" },
        { "{\"SecretString\":\"" SECRET "\",\"SecretString\":\"x\"}", EX_DATAERR,
            "the answer has SecretString more than once" },
        { "{\"SecretString\":\"" SECRET "\\u0000\"}", EX_DATAERR,
            "the answer: line 1: not valid JSON: a NUL" },
        { "{\"SecretString\":\"" SECRET "\",\"Name\":[]}", EX_DATAERR,
            "Name in the answer is a list, not a string" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer answer = { 0 };
        check_number("append", buffer_append_text(&answer, rows[i].answer), 0);
        check_refused(rows[i].answer, &answer, rows[i].status, rows[i].text);
    }
}

/* An answer with a value of so many bytes. */
static struct buffer answer_of(size_t size)
{
    struct buffer ret = { 0 };
    check_number("append", buffer_append_text(&ret, "{\"SecretString\":\""), 0);
    for (size_t i = 0; i < size; i++)
        check_number("append", buffer_append(&ret, "x", 1), 0);
    check_number("append", buffer_append_text(&ret, "\"}"), 0);
    return ret;
}

static void test_size(void **state)
{
    (void) state;
    _cleanup_secret_value_ struct secret_value secret = { 0 };
    _cleanup_buffer_ struct buffer longest = answer_of(SECRET_VALUE_SIZE_MAX);
    _cleanup_buffer_ struct buffer longer = answer_of(SECRET_VALUE_SIZE_MAX + 1);
    check_number("the longest", secret_value_read(&longest, &secret, NULL), 0);
    check_number("the longest", strlen(secret.text), SECRET_VALUE_SIZE_MAX);
    check_refused("a longer one", &longer, EX_DATAERR, "SecretString has more than 65536 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request),
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_size),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
