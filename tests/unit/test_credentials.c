/* SPDX-License-Identifier: MIT */
/* agent/instance/credentials.c: nothing that IMDS says of the role is believed unchecked, and no
 * error shows a secret. */

#include "instance/credentials.h"

#include <errno.h>

#include "check.h"
#include "lib/memory.h"

#define TEXT(literal) literal, sizeof(literal) - 1
#define NAME64        "a234567890123456789012345678901234567890123456789012345678901234"

static void fill(struct buffer *buffer, const char *bytes, size_t size)
{
    check_number("append", buffer_append(buffer, bytes, size), 0);
}

static void test_role(void **state)
{
    (void) state;
    static const struct {
        const char *body;
        size_t size;
        const char *role;
    } rows[] = {
        { TEXT("r"), "r" },
        { TEXT("my-role"), "my-role" },
        { TEXT("my-role\n"), "my-role" },
        { TEXT("my-role\r\n"), "my-role" },
        { TEXT("aZ09+=,.@_-"), "aZ09+=,.@_-" },
        { TEXT("a..b"), "a..b" },
        { TEXT(".a"), ".a" },
        { TEXT(NAME64), NAME64 },
        { TEXT(NAME64 "\n"), NAME64 },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer body = { 0 };
        _cleanup_mem_ char *role = NULL;
        struct error err = { 0 };
        fill(&body, rows[i].body, rows[i].size);
        check_number(rows[i].role, credentials_parse_role(&body, &role, &err), 0);
        check_text(rows[i].role, role, rows[i].role);
        check_text(rows[i].role, err.text, "");
    }
}

static void check_role_refused(
    const char *bytes, size_t size, int result, int status, const char *expected)
{
    _cleanup_buffer_ struct buffer body = { 0 };
    char *role = NULL;
    struct error err = { 0 };
    if (size > 0)
        fill(&body, bytes, size);
    check_number(bytes, credentials_parse_role(&body, &role, &err), result);
    check_text(bytes, err.text, expected);
    check_number(bytes, err.status, status);
    check_that(bytes, !role);
}

static void test_role_refused(void **state)
{
    (void) state;
    static const struct {
        const char *body;
        size_t size;
    } rows[] = {
        { TEXT(NAME64 "5") },
        { TEXT(".") },
        { TEXT("..") },
        { TEXT("../x") },
        { TEXT("...") },
        { TEXT("a/b") },
        { TEXT("a b") },
        { TEXT(" a") },
        { TEXT("a ") },
        { TEXT("a\n\nb") },
        { TEXT("a\nb\n") },
        { TEXT("\na") },
        { TEXT("a\tb") },
        { TEXT("a\0b") },
        { TEXT("a\0") },
        { TEXT("\0") },
        { TEXT("a%2fb") },
        { TEXT("a?b") },
        { TEXT("a#b") },
        { TEXT("r\xc3\xb6le") },
        { TEXT("a\x7f") },
        { TEXT("<html>") },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        char expected[100];
        (void) snprintf(expected, sizeof(expected),
            "the answer (%zu bytes) is not the name of one IAM role", rows[i].size);
        check_role_refused(rows[i].body, rows[i].size, -EBADMSG, EX_DATAERR, expected);
    }
    static const char *const none[] = { "", "\n", "\r\n", "\n\n" };
    for (size_t i = 0; i < ELEMENTSOF(none); i++)
        check_role_refused(none[i], strlen(none[i]), -EAGAIN, EX_TEMPFAIL,
            "the instance has no role (yet): attach an instance profile");
}

#define KEY    "ASIAIOSFODNN7EXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define TOKEN  "IQoJb3JpZ2luX2VjEXAMPLETOKEN//////////w=="
#define TIME   "2030-01-02T03:04:05Z"

#define CODE       "\"Code\": \"Success\""
#define ACCESS_KEY "\"AccessKeyId\": \"" KEY "\""
#define SECRET_KEY "\"SecretAccessKey\": \"" SECRET "\""
#define SESSION    "\"Token\": \"" TOKEN "\""
#define EXPIRATION "\"Expiration\": \"" TIME "\""

static int parse(const char *text, size_t size, struct credentials *ret, struct error *err)
{
    _cleanup_buffer_ struct buffer body = { 0 };
    if (size > 0)
        fill(&body, text, size);
    return credentials_parse(&body, ret, err);
}

static void test_good(void **state)
{
    (void) state;
    static const char *const texts[] = {
        "{" CODE ", " ACCESS_KEY ", " SECRET_KEY ", " SESSION ", " EXPIRATION "}",
        "\xef\xbb\xbf{" CODE "," ACCESS_KEY "," SECRET_KEY "," SESSION "," EXPIRATION "}\n",
        "{\r\n  " EXPIRATION ",\r\n  " SESSION ",\r\n  " SECRET_KEY ",\r\n  " ACCESS_KEY
        ",\r\n  " CODE "\r\n}\r\n",
        "{\"code\": \"Failed\", \"token\": 1, \"Type\": \"AWS-HMAC\", \"LastUpdated\": null, "
        "\"More\": {\"Code\": \"Failed\"}, \"Twice\": 1, \"Twice\": 2, " CODE ", " ACCESS_KEY
        ", " SECRET_KEY ", " SESSION ", " EXPIRATION "}",
    };
    for (size_t i = 0; i < ELEMENTSOF(texts); i++) {
        _cleanup_credentials_ struct credentials credentials = { 0 };
        struct error err = { 0 };
        int r = parse(texts[i], strlen(texts[i]), &credentials, &err);
        check_text(texts[i], err.text, "");
        check_number(texts[i], r, 0);
        check_text(texts[i], credentials.access_key_id, KEY);
        check_text(texts[i], credentials.secret_access_key, SECRET);
        check_text(texts[i], credentials.session_token, TOKEN);
        check_text(texts[i], credentials.expiration, TIME);
        check_number(texts[i], credentials.expires, 1893553445);
    }
}

/* One refusal: what is said, and that no secret is. */
static void check_refused(const char *text, size_t size, int status, const char *expected)
{
    struct credentials credentials = { 0 };
    struct error err = { 0 };
    check_number(text, parse(text, size, &credentials, &err), -EAGAIN);
    check_text(text, err.text, expected);
    check_number(text, err.status, status);
    check_that(text, !strstr(err.text, "EXAMPLE") && !strstr(err.text, "wJalr"));
    check_that("untouched", !credentials.access_key_id && !credentials.secret_access_key &&
                                !credentials.session_token && !credentials.expiration);
}

#define BUT_KEY     CODE ", " SECRET_KEY ", " SESSION ", " EXPIRATION
#define BUT_SECRET  CODE ", " ACCESS_KEY ", " SESSION ", " EXPIRATION
#define BUT_TOKEN   CODE ", " ACCESS_KEY ", " SECRET_KEY ", " EXPIRATION
#define BUT_EXPIRES CODE ", " ACCESS_KEY ", " SECRET_KEY ", " SESSION
#define BUT_CODE    ACCESS_KEY ", " SECRET_KEY ", " SESSION ", " EXPIRATION

/* Each field in turn is missing, of another type, doubled, empty, or has what no value has. */
static void test_each_field(void **state)
{
    (void) state;
    static const struct {
        const char *key, *rest, *value;
    } fields[] = {
        { "Code", BUT_CODE, "Success" },
        { "AccessKeyId", BUT_KEY, KEY },
        { "SecretAccessKey", BUT_SECRET, SECRET },
        { "Token", BUT_TOKEN, TOKEN },
        { "Expiration", BUT_EXPIRES, TIME },
    };
    static const struct {
        const char *member; /* with the key and the value in it */
        const char *expected;
    } faults[] = {
        { "", "the credentials have no %s" },
        { ", \"x%1$s\": \"%2$s\"", "the credentials have no %s" },
        { ", \"%1$s\": null", "%s in the credentials is null, not a string" },
        { ", \"%1$s\": 1", "%s in the credentials is a number, not a string" },
        { ", \"%1$s\": true", "%s in the credentials is a boolean, not a string" },
        { ", \"%1$s\": [\"%2$s\"]", "%s in the credentials is a list, not a string" },
        { ", \"%1$s\": {\"a\": \"%2$s\"}", "%s in the credentials is an object, not a string" },
        { ", \"%1$s\": \"%2$s\", \"%1$s\": \"%2$s\"", "the credentials have %s more than once" },
        { ", \"%1$s\": \"%2$s\", \"%1$s\": null", "the credentials have %s more than once" },
        { ", \"%1$s\": \"\"",
            "%s in the credentials is empty or has characters that are not valid there" },
        { ", \"%1$s\": \" \"",
            "%s in the credentials is empty or has characters that are not valid there" },
        { ", \"%1$s\": \" %2$s\"",
            "%s in the credentials is empty or has characters that are not valid there" },
        { ", \"%1$s\": \"%2$s\\n\"",
            "%s in the credentials is empty or has characters that are not valid there" },
        { ", \"%1$s\": \"%2$s\\u001b\"",
            "%s in the credentials is empty or has characters that are not valid there" },
        { ", \"%1$s\": \"%2$s\\u00e9\"",
            "%s in the credentials is empty or has characters that are not valid there" },
        { ", \"%1$s\": \"%2$s\x7f\"",
            "%s in the credentials is empty or has characters that are not valid there" },
    };
    for (size_t i = 0; i < ELEMENTSOF(fields); i++)
        for (size_t j = 0; j < ELEMENTSOF(faults); j++) {
            char member[300] = "", text[800], expected[200];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            (void) snprintf(
                member, sizeof(member), faults[j].member, fields[i].key, fields[i].value);
            (void) snprintf(expected, sizeof(expected), faults[j].expected, fields[i].key);
#pragma GCC diagnostic pop
            (void) snprintf(text, sizeof(text), "{%s%s}", fields[i].rest, member);
            check_refused(text, strlen(text), EX_DATAERR, expected);
        }
}

static void test_no_document(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        size_t size;
        const char *expected;
    } rows[] = {
        { TEXT(""), "the credentials are not usable: line 1: not valid JSON" },
        { TEXT("<html>"), "the credentials are not usable: line 1: not valid JSON" },
        { TEXT("{" BUT_EXPIRES ",\n\"Expiration\": \"2030-"),
            "the credentials are not usable: line 2: not valid JSON" },
        { TEXT("{" BUT_EXPIRES ", \"Expiration\": \"" TIME "\0\"}"),
            "the credentials are not usable: line 1: not valid JSON: a NUL" },
        { TEXT("{" BUT_SECRET ", \"SecretAccessKey\": \"" SECRET "\\u0000x\"}"),
            "the credentials are not usable: line 1: not valid JSON: a NUL" },
        { TEXT("{" BUT_EXPIRES ", " EXPIRATION "}" SECRET),
            "the credentials are not usable: line 1: not valid JSON" },
        { TEXT("null"), "the credentials are null, not an object" },
        { TEXT("["
               "{" BUT_EXPIRES ", " EXPIRATION "}]"),
            "the credentials are a list, not an object" },
        { TEXT("\"" SECRET "\""), "the credentials are a string, not an object" },
        { TEXT("{}"), "the credentials have no Code" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_refused(rows[i].text, rows[i].size, EX_DATAERR, rows[i].expected);
}

#define SAYS(code)                                                                                 \
    "the metadata service has no credentials for the role: it says \"" code "\" (check the "       \
    "role's trust policy and its instance profile)"

static void test_code(void **state)
{
    (void) state;
    static const struct {
        const char *code, *expected;
    } rows[] = {
        { "Failed", SAYS("Failed") },
        { "success", SAYS("success") },
        { "Success!", SAYS("Success!") },
        { "AssumeRoleUnauthorizedAccess", SAYS("AssumeRoleUnauthorizedAccess") },
        { NAME64 "cut", SAYS(NAME64) },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        char text[600];
        (void) snprintf(text, sizeof(text), "{\"Code\": \"%s\", " BUT_CODE "}", rows[i].code);
        check_refused(text, strlen(text), EX_TEMPFAIL, rows[i].expected);
        (void) snprintf(text, sizeof(text), "{\"Code\": \"%s\"}", rows[i].code);
        check_refused(text, strlen(text), EX_TEMPFAIL, rows[i].expected);
    }
}

static void test_expiration(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        long long expires; /* -1: it is none */
    } rows[] = {
        { "1970-01-01T00:00:01Z", 1 },
        { "2021-08-30T12:34:56Z", 1630326896 },
        { "2028-02-29T23:59:59Z", 1835481599 },
        { "2038-01-19T03:14:08Z", 2147483648 },
        { "2100-03-01T00:00:00Z", 4107542400 },
        { "2030-01-02", -1 },
        { "2030-01-02T03:04:05", -1 },
        { "2030-01-02T03:04Z", -1 },
        { "2030-01-02T03:04:05+00:00", -1 },
        { "2030-01-02T03:04:05.000Z", -1 },
        { "2030-01-02T03:04:05ZZ", -1 },
        { "2030-01-02t03:04:05z", -1 },
        { "2030-13-02T03:04:05Z", -1 },
        { "2030-00-02T03:04:05Z", -1 },
        { "2030-01-32T03:04:05Z", -1 },
        { "2030-01-02T24:04:05Z", -1 },
        { "2030-01-02T03:60:05Z", -1 },
        { "1893553445", -1 },
        { "never", -1 },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        char text[600];
        (void) snprintf(
            text, sizeof(text), "{" BUT_EXPIRES ", \"Expiration\": \"%s\"}", rows[i].text);
        if (rows[i].expires < 0) {
            check_refused(text, strlen(text), EX_DATAERR,
                "Expiration in the credentials is not a time like 2026-01-02T03:04:05Z");
            continue;
        }
        _cleanup_credentials_ struct credentials credentials = { 0 };
        check_number(rows[i].text, parse(text, strlen(text), &credentials, NULL), 0);
        check_number(rows[i].text, credentials.expires, rows[i].expires);
        check_text(rows[i].text, credentials.expiration, rows[i].text);
    }
    const struct credentials credentials = { .expires = 1000 };
    check_that("before", !credentials_have_expired(&credentials, 999));
    check_that("at that second", credentials_have_expired(&credentials, 1000));
    check_that("after", credentials_have_expired(&credentials, 1001));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_role),
        cmocka_unit_test(test_role_refused),
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_each_field),
        cmocka_unit_test(test_no_document),
        cmocka_unit_test(test_code),
        cmocka_unit_test(test_expiration),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
