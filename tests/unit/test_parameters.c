/* SPDX-License-Identifier: MIT */
/* agent/aws/parameters.c: what is asked of Parameter Store, and what it may answer. */

#include "aws/parameters.h"

#include <errno.h>

#include "check.h"

#define ONE(name, type, value)                                                                     \
    "{\"Name\":\"" name "\",\"Type\":\"" type "\",\"Value\":\"" value                              \
    "\",\"Version\":1,\"ARN\":\"arn\",\"DataType\":\"text\",\"LastModifiedDate\":1.79e9}"
#define ANSWER(list) "{\"Parameters\":[" list "],\"InvalidParameters\":[]}"

/* What a parameter may have in it that no error may show. */
#define SECRET "s3cr3t"

static void test_request(void **state)
{
    (void) state;
    _cleanup_strings_ struct strings names = { 0 };
    _cleanup_buffer_ struct buffer body = { 0 };
    check_number("one", strings_append(&names, "/app/proxy/http"), 0);
    check_number("UTF-8 and a quote", strings_append(&names, "/ä\"\\"), 0);
    check_number("request", parameters_request(&names, &body), 0);
    check_text("request", body.data,
        "{\n\t\"Names\":\t[\"/app/proxy/http\", "
        "\"/ä\\\"\\\\\"],\n\t\"WithDecryption\":\ttrue\n}\n");
}

/* "NAME type VALUE" for each, then "missing NAME". */
static struct buffer shown(const struct parameters *parameters)
{
    static const char *const types[] = { "string", "list", "secure" };
    struct buffer ret = { 0 };
    for (size_t i = 0; i < parameters->count; i++) {
        const struct parameter *p = &parameters->items[i];
        check_number(
            "show", buffer_printf(&ret, "%s %s %s\n", p->name, types[p->type], p->value), 0);
    }
    for (size_t i = 0; i < parameters->missing.count; i++)
        check_number("show", buffer_printf(&ret, "missing %s\n", parameters->missing.items[i]), 0);
    check_number("show", buffer_append(&ret, "", 0), 0);
    return ret;
}

static void test_read(void **state)
{
    (void) state;
    static const struct {
        const char *answer, *expected;
    } rows[] = {
        { ANSWER(""), "" },
        { "{\"Parameters\":[]}", "" },
        { "{\"InvalidParameters\":[]}", "" },
        { "{\"Parameters\":null,\"InvalidParameters\":[\"/a\"]}", "missing /a\n" },
        { ANSWER(ONE("/a", "String", "v")), "/a string v\n" },
        { ANSWER(ONE("/a", "SecureString", "a b=c,d\\n")), "/a secure a b=c,d\n\n" },
        { ANSWER(ONE("/a", "StringList", "a,b")), "/a list a,b\n" },
        { ANSWER(ONE("/a", "String", "") "," ONE("/A", "String", "\\u00e4")),
            "/a string \n/A string ä\n" },
        { "{\"Parameters\":[" ONE(
              "/a", "String", "v") "],\"InvalidParameters\":[\"/b\",\"/c\"],\"More\":{}}",
            "/a string v\nmissing /b\nmissing /c\n" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_parameters_ struct parameters parameters = { 0 };
        _cleanup_buffer_ struct buffer answer = { 0 };
        struct error err = { 0 };
        check_number("append", buffer_append_text(&answer, rows[i].answer), 0);
        check_number(rows[i].answer, parameters_read(&answer, &parameters, &err), 0);
        _cleanup_buffer_ struct buffer got = shown(&parameters);
        check_text(rows[i].answer, got.data, rows[i].expected);
        check_text(rows[i].answer, err.text, "");
    }
}

static void test_find(void **state)
{
    (void) state;
    _cleanup_parameters_ struct parameters parameters = { 0 };
    _cleanup_buffer_ struct buffer answer = { 0 };
    check_number("append",
        buffer_append_text(&answer, ANSWER(ONE("/a", "String", "1") "," ONE("/b", "String", "2"))),
        0);
    check_number("read", parameters_read(&answer, &parameters, NULL), 0);
    check_text("/b", parameters_find(&parameters, "/b")->value, "2");
    check_that("/c", !parameters_find(&parameters, "/c"));
}

static void test_refused(void **state)
{
    (void) state;
    static const struct {
        const char *answer, *text;
    } rows[] = {
        { "", "the answer: line 1: not valid JSON" },
        { "<html>", "the answer: line 1: not valid JSON" },
        { "[]", "the answer is a list, not an object" },
        { "\"" SECRET "\"", "the answer is a string, not an object" },
        { "{}", "the answer has neither Parameters nor InvalidParameters" },
        { "{\"parameters\":[]}", "the answer has neither Parameters nor InvalidParameters" },
        { "{\"Parameters\":{}}", "Parameters in the answer is an object, not a list" },
        { "{\"Parameters\":\"" SECRET "\"}", "Parameters in the answer is a string, not a list" },
        { "{\"Parameters\":[],\"Parameters\":[]}", "the answer has Parameters more than once" },
        { ANSWER("1"), "Parameters[0] is a number, not an object" },
        { ANSWER(ONE("/a", "String", "v") ",null"), "Parameters[1] is null, not an object" },
        { ANSWER("{\"Type\":\"String\",\"Value\":\"" SECRET "\"}"), "Parameters[0] has no Name" },
        { ANSWER("{\"Name\":\"/a\",\"Value\":\"" SECRET "\"}"), "Parameters[0] has no Type" },
        { ANSWER("{\"Name\":\"/a\",\"Type\":\"String\"}"), "Parameters[0] has no Value" },
        { ANSWER("{\"Name\":\"/a\",\"Type\":\"String\",\"Value\":null}"),
            "Parameters[0] has no Value" },
        { ANSWER("{\"Name\":\"/a\",\"Type\":\"String\",\"Value\":[\"" SECRET "\"]}"),
            "Value in Parameters[0] is a list, not a string" },
        { ANSWER("{\"Name\":\"/a\",\"Type\":\"String\",\"Value\":1}"),
            "Value in Parameters[0] is a number, not a string" },
        { ANSWER("{\"Name\":\"/a\",\"Type\":\"String\",\"Value\":\"" SECRET "\",\"Value\":\"x\"}"),
            "Parameters[0] has Value more than once" },
        { ANSWER(ONE("/a", "Binary", SECRET)),
            "Type in Parameters[0] is none of String, StringList, SecureString" },
        { ANSWER(ONE("/a", "String", SECRET "\\u0000")),
            "the answer: line 1: not valid JSON: a NUL" },
        { ANSWER(ONE("/a", "String", SECRET) "," ONE("/a", "String", "b")),
            "Parameters[1] has the name of one before it" },
        { "{\"InvalidParameters\":\"/a\"}",
            "InvalidParameters in the answer is a string, not a list" },
        { "{\"InvalidParameters\":[1]}",
            "InvalidParameters in the answer is not a list of at most 10 names" },
        { "{\"InvalidParameters\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\","
          "\"11\"]}",
            "InvalidParameters in the answer is not a list of at most 10 names" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        struct parameters parameters = { 0 };
        _cleanup_buffer_ struct buffer answer = { 0 };
        struct error err = { 0 };
        check_number("append", buffer_append_text(&answer, rows[i].answer), 0);
        check_number(rows[i].answer, parameters_read(&answer, &parameters, &err), -EBADMSG);
        check_text(rows[i].answer, err.text, rows[i].text);
        check_number(rows[i].answer, err.status, EX_DATAERR);
        check_that(rows[i].answer, !parameters.items && parameters.count == 0);
    }
}

static void test_too_many(void **state)
{
    (void) state;
    _cleanup_parameters_ struct parameters parameters = { 0 };
    _cleanup_buffer_ struct buffer answer = { 0 };
    struct error err = { 0 };
    check_number("append", buffer_append_text(&answer, "{\"Parameters\":["), 0);
    for (int i = 0; i < 11; i++)
        check_number("append",
            buffer_printf(&answer, "%s{\"Name\":\"/%d\",\"Type\":\"String\",\"Value\":\"v\"}",
                i > 0 ? "," : "", i),
            0);
    check_number("append", buffer_append_text(&answer, "]}"), 0);
    check_number("eleven", parameters_read(&answer, &parameters, &err), -EBADMSG);
    check_text("eleven", err.text, "the answer has more than 10 parameters");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request),
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_too_many),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
