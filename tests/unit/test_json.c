/* SPDX-License-Identifier: MIT */
/* agent/lib/json.c: only whole, unambiguous JSON gets in, and each complaint has its line. */

#include "lib/json.h"

#include <errno.h>
#include <stdlib.h>

#include "check.h"
#include "lib/buffer.h"
#include "lib/memory.h"

/* Parses from memory of exactly that size, where a reader that goes too far is caught by the
 * sanitizers and by valgrind. */
static int parse_exactly(const char *text, size_t size, struct json **ret, struct error *err)
{
    char *copy = malloc(size > 0 ? size : 1);
    if (!copy)
        return -ENOMEM;
    memcpy(copy, text, size);
    int r = json_parse(copy, size, ret, err);
    free(copy);
    return r;
}

#define TEXT(literal) literal, sizeof(literal) - 1

struct row {
    const char *row, *text;
    size_t size;
    const char *error; /* NULL: it is JSON */
};

static void check_rows(const struct row rows[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        _cleanup_json_ struct json *document = NULL;
        struct error err = { 0 };
        int r = parse_exactly(rows[i].text, rows[i].size, &document, &err);
        check_number(rows[i].row, r, rows[i].error ? -EBADMSG : 0);
        check_text(rows[i].row, err.text, rows[i].error ? rows[i].error : "");
        check_number(rows[i].row, err.status, rows[i].error ? EX_DATAERR : 0);
        check_that(rows[i].row, (document == NULL) == (rows[i].error != NULL));
    }
}

static void test_parse(void **state)
{
    (void) state;
    static const struct row rows[] = {
        { "an object", TEXT("{}"), NULL },
        { "blanks around it", TEXT(" \t\r\n{ } \t\r\n"), NULL },
        { "a number", TEXT("1"), NULL },
        { "a string", TEXT("\"a\""), NULL },
        { "UTF-8", TEXT("{\"a\": \"\xc3\xbc\"}"), NULL },
        { "byte order mark", TEXT("\xef\xbb\xbf{\"a\": 1}"), NULL },
        { "byte order mark, object", TEXT("\xef\xbb\xbf{}"), NULL },
        { "escaped backslash before u0000", TEXT("{\"a\": \"\\\\u0000\"}"), NULL },

        { "empty", TEXT(""), "line 1: not valid JSON" },
        { "blanks only", TEXT(" \t"), "line 1: not valid JSON" },
        { "byte order mark only", TEXT("\xef\xbb\xbf"), "line 1: not valid JSON" },
        { "byte order mark of UTF-16", TEXT("\xff\xfe{\0}\0"), "line 1: not valid JSON: a NUL" },
        { "two byte order marks", TEXT("\xef\xbb\xbf\xef\xbb\xbf{}"), "line 1: not valid JSON" },
        { "no JSON", TEXT("hello"), "line 1: not valid JSON" },
        { "HTML", TEXT("<!DOCTYPE html>\n<html>"), "line 1: not valid JSON" },
        { "cut off", TEXT("{\n\"a\": 1,\n\"b\": \"x"), "line 3: not valid JSON" },
        { "cut off at a colon", TEXT("{\n\"a\":"), "line 2: not valid JSON" },
        { "cut off behind a value", TEXT("{\n\"a\": 1"), "line 2: not valid JSON" },
        { "no colon", TEXT("{\n\"a\" 1\n}"), "line 2: not valid JSON" },
        { "no comma", TEXT("{\n\"a\": 1\n\"b\": 2\n}"), "line 3: not valid JSON" },
        { "a comma too many", TEXT("{\n\"a\": 1,\n}"), "line 3: not valid JSON" },
        { "a comma too many in a list", TEXT("[\n1,\n]"), "line 3: not valid JSON" },
        { "single quotes", TEXT("{\n\n'a': 1}"), "line 3: not valid JSON" },
        { "a comment", TEXT("{\n# note\n\"a\": 1}"), "line 2: not valid JSON" },
        { "a wrong word", TEXT("{\"a\": True}"), "line 1: not valid JSON" },
        { "a bad escape", TEXT("{\"a\":\n\"\\x\"}"), "line 2: not valid JSON" },
        { "half a surrogate pair", TEXT("{\"a\": \"\\ud800\"}"), "line 1: not valid JSON" },
        { "the wrong bracket", TEXT("[1\n}"), "line 2: not valid JSON" },

        { "a NUL", TEXT("{\"a\": \"x\0y\"}"), "line 1: not valid JSON: a NUL" },
        { "a NUL as a blank", TEXT("{\n\0}"), "line 2: not valid JSON: a NUL" },
        { "a NUL behind it", TEXT("{}\n\0"), "line 2: not valid JSON: a NUL" },
        { "a NUL in a key", TEXT("{\n\n\"a\0b\": 1}"), "line 3: not valid JSON: a NUL" },
        { "an escaped NUL", TEXT("{\n\"a\": \"x\\u0000y\"}"), "line 2: not valid JSON: a NUL" },
        { "in a key", TEXT("{\"a\\u0000b\": 1}"), "line 1: not valid JSON: a NUL" },
        { "behind a backslash", TEXT("[\"\\\\\\u0000\"]"), "line 1: not valid JSON: a NUL" },
    };
    check_rows(rows, ELEMENTSOF(rows));
}

/* The line is that of what is too much. */
static void test_behind(void **state)
{
    (void) state;
    static const struct row rows[] = {
        { "behind it a word", TEXT("{}\nx"), "line 2: not valid JSON" },
        { "behind it a bracket", TEXT("{}}"), "line 1: not valid JSON" },
        { "behind it an object", TEXT("{}\n\n{}"), "line 3: not valid JSON" },
        { "behind it a comma", TEXT("{},"), "line 1: not valid JSON" },
    };
    check_rows(rows, ELEMENTSOF(rows));
}

static void test_short_with_byte_order_mark(void **state)
{
    (void) state;
    _cleanup_json_ struct json *document = NULL;
    check_number("one digit",
        parse_exactly(TEXT("\xef\xbb\xbf"
                           "1"),
            &document, NULL),
        0);
}

/* Cut anywhere, a document is refused, and nothing behind its end is read. */
static void test_every_cut(void **state)
{
    (void) state;
    static const char text[] =
        "{\"a\\n\\u00fc\": [1.5e3, true, null, \"x\\\\\"], \"\": {\"b\": -2}, \"c\": \"\\\"\"}";
    for (size_t size = 0; size < sizeof(text) - 1; size++) {
        struct json *document = NULL;
        check_number(text + size, parse_exactly(text, size, &document, NULL), -EBADMSG);
    }
    _cleanup_json_ struct json *document = NULL;
    check_number("whole", parse_exactly(text, sizeof(text) - 1, &document, NULL), 0);
}

static int parse_nested(size_t depth)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    _cleanup_json_ struct json *document = NULL;
    for (size_t i = 0; i < depth; i++)
        check_number("append", buffer_append_text(&text, "["), 0);
    for (size_t i = 0; i < depth; i++)
        check_number("append", buffer_append_text(&text, "]"), 0);
    return json_parse(text.data, text.size, &document, NULL);
}

static void test_nesting(void **state)
{
    (void) state;
    check_number("as deep as anyone needs", parse_nested(100), 0);
    check_number("too deep", parse_nested(5000), -EBADMSG);
    check_number("deep enough to exhaust a stack", parse_nested(1000000), -EBADMSG);
}

static void test_types(void **state)
{
    (void) state;
    static const char text[] = "[null, false, true, 2.5, \"s\\u00fc\\n\", [], {}]";
    static const struct {
        enum json_type type;
        const char *name;
    } rows[] = {
        { JSON_NULL, "null" },
        { JSON_BOOL, "a boolean" },
        { JSON_BOOL, "a boolean" },
        { JSON_NUMBER, "a number" },
        { JSON_STRING, "a string" },
        { JSON_ARRAY, "a list" },
        { JSON_OBJECT, "an object" },
    };
    _cleanup_json_ struct json *document = NULL;
    check_number("parse", json_parse(text, strlen(text), &document, NULL), 0);
    check_number("document", json_type(document), JSON_ARRAY);
    const struct json *values[ELEMENTSOF(rows)];
    const struct json *value = json_first(document);
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        check_that(rows[i].name, value != NULL);
        values[i] = value;
        check_number(rows[i].name, json_type(value), rows[i].type);
        check_text(rows[i].name, json_type_name(json_type(value)), rows[i].name);
        value = json_next(value);
    }
    check_that("the end", !value);
    check_that("false", !json_bool(values[1]));
    check_that("true", json_bool(values[2]));
    check_that("2.5", json_number(values[3]) == 2.5);
    check_text("string", json_string(values[4]), "s\xc3\xbc\n");
    check_that("an empty list", !json_first(values[5]));
    check_that("an empty object", !json_first(values[6]));
}

static void test_member(void **state)
{
    (void) state;
    static const char text[] =
        "{\"a\": 1, \"b\": {\"c\": 2}, \"A\": 3, \"d\": 4, \"d\": 4, \"\": 5}";
    static const struct {
        const char *key;
        int result, value;
    } rows[] = {
        { "a", 0, 1 },
        { "A", 0, 3 },
        { "", 0, 5 },
        { "c", -ENOENT, 0 },
        { "aa", -ENOENT, 0 },
        { "D", -ENOENT, 0 },
        { "d", -ENOTUNIQ, 0 },
    };
    _cleanup_json_ struct json *document = NULL;
    check_number("parse", json_parse(text, strlen(text), &document, NULL), 0);
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        const struct json *member = NULL;
        check_number(rows[i].key, json_member(document, rows[i].key, &member), rows[i].result);
        check_that(rows[i].key, (member != NULL) == (rows[i].result == 0));
        if (!member)
            continue;
        check_text(rows[i].key, json_key(member), rows[i].key);
        check_number(rows[i].key, (long long) json_number(member), rows[i].value);
    }
}

/* In each text the member whose value is 7 stands on the line that is given. */
static const struct json *find_seven(const struct json *container)
{
    for (const struct json *v = json_first(container); v; v = json_next(v)) {
        if (json_type(v) == JSON_NUMBER && json_number(v) == 7)
            return v;
        const struct json *found = find_seven(v);
        if (found)
            return found;
    }
    return NULL;
}

static void test_line(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        size_t line;
    } rows[] = {
        { "{\"a\": 7}", 1 },
        { "\n\n{\n\"a\": 7}", 4 },
        { "{\n\"a\": 1,\n\"b\": 7}", 3 },
        { "{\n\"a\": {\n\"a\": 1,\n\"a\": 7}}", 4 },
        { "{\n\"a\": 1,\n\"a\": 7}", 3 },
        { "{\n\"a\":\n\n7}", 2 },
        { "{\n\"a\"\n: 7}", 2 },
        { "{\"a\": [{\"b\": 1},\n{\"c\": 2}, [{\n\"d\": 7}]]}", 3 },
        { "{\"a\": \"b\\\": \\\"c\",\n\"d\": 7}", 2 },
        { "{\"a\\\\\": \"x\",\n\"b\\\"\": \"\\\\\",\n\"c\": 7}", 3 },
        { "{\"a\": [\"x\", \"y\"], \"b\": \":\",\n\"c\": 7}", 2 },
        { "{\r\n\"a\": 1,\r\n\"b\": 7}", 3 },
        { "\xef\xbb\xbf{\n\"a\": 7}", 2 },
        { "{\"\": 1,\n\"\": {\"x\": null},\n\"y\": 7}", 3 },
        { "{\"a\"\f: 1,\n\"b\"\x01\v: 7}", 2 },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_json_ struct json *document = NULL;
        size_t size = strlen(rows[i].text);
        check_number(rows[i].text, json_parse(rows[i].text, size, &document, NULL), 0);
        const struct json *seven = find_seven(document);
        check_that(rows[i].text, seven != NULL);
        check_number(rows[i].text, json_line_of(rows[i].text, size, document, seven),
            (long long) rows[i].line);
    }
    _cleanup_json_ struct json *document = NULL;
    check_number("nothing", json_parse(NULL, 0, &document, NULL), -EBADMSG);
    check_number("list", json_parse("[\n7]", 4, &document, NULL), 0);
    check_number(
        "an element has no key", json_line_of("[\n7]", 4, document, json_first(document)), 1);
}

static void test_print(void **state)
{
    (void) state;
    _cleanup_json_ struct json *document = json_new_object();
    struct json *list = json_add_array(document, "list");
    check_that("values", json_add_string(list, NULL, "x\"\\\n\x01\xc3\xbc"));
    check_that("values", json_add_string(list, NULL, NULL));
    check_that("values", json_add_object(list, NULL));
    check_that("values", json_add_bool(document, "yes", true));
    check_that("values", json_add_bool(document, "no", false));
    check_that("values", json_add_number(document, "n", 21600));
    struct json *object = json_add_object(document, "o");
    check_that("values", json_add_string(object, "k", "v"));
    _cleanup_buffer_ struct buffer text = { 0 };
    check_number("append", json_print(document, &text), 0);
    check_text("text", text.data,
        "{\n\t\"list\":\t[\"x\\\"\\\\\\n\\u0001\xc3\xbc\", null, {\n\t\t}],\n\t\"yes\":\ttrue,\n"
        "\t\"no\":\tfalse,\n\t\"n\":\t21600,\n\t\"o\":\t{\n\t\t\"k\":\t\"v\"\n\t}\n}\n");

    /* What acts on a terminal, and its reading back. */
    static const char odd[] = "\x7f\xc2\x9b\xe2\x80\xae\xe2\x80\xa8\xf3\xa0\x80\xa0\xff";
    _cleanup_json_ struct json *value = json_new_array(), *read = NULL;
    _cleanup_buffer_ struct buffer escaped = { 0 };
    check_that("values", json_add_string(value, NULL, odd));
    check_number("append", json_print(value, &escaped), 0);
    check_text(
        "text", escaped.data, "[\"\\u007f\\u009b\\u202e\\u2028\\udb40\\udc20\xef\xbf\xbd\"]\n");
    check_number("again", json_parse(escaped.data, escaped.size, &read, NULL), 0);
    check_text("read back", json_string(json_first(read)),
        "\x7f\xc2\x9b\xe2\x80\xae\xe2\x80\xa8\xf3\xa0\x80\xa0\xef\xbf\xbd");

    check_that("calls can be nested", !json_add_string(NULL, "k", "v"));
    check_that("calls can be nested", !json_add_object(NULL, "k"));
    check_number("nothing to print", json_print(NULL, &text), -ENOMEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_behind),
        cmocka_unit_test(test_short_with_byte_order_mark),
        cmocka_unit_test(test_every_cut),
        cmocka_unit_test(test_nesting),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_member),
        cmocka_unit_test(test_line),
        cmocka_unit_test(test_print),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
