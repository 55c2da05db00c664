/* SPDX-License-Identifier: MIT */
/* agent/formats/json_edit.c: where the bytes of a member are. */

#include "formats/json_edit.h"

#include "check.h"

static void test_find(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        size_t number;
        const char *whole, *value;
    } rows[] = {
        { "{\"a\":1}", 0, "\"a\":1", "1" },
        { " {\n \"a\" : 1 ,\n \"b\" : [2, {\"c\": 3}] }\n", 0, "\"a\" : 1", "1" },
        { " {\n \"a\" : 1 ,\n \"b\" : [2, {\"c\": 3}] }\n", 1, "\"b\" : [2, {\"c\": 3}]",
            "[2, {\"c\": 3}]" },
        { "{\"a,\\\"}\": \"x}\\\\\", \"b\": null}", 0, "\"a,\\\"}\": \"x}\\\\\"", "\"x}\\\\\"" },
        { "{\"a,\\\"}\": \"x}\\\\\", \"b\": null}", 1, "\"b\": null", "null" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        const char *text = rows[i].text;
        const struct json_member member =
            json_edit_find((struct span){ text, text + strlen(text) }, rows[i].number);
        check_bytes(text, member.whole.start, (size_t) (member.whole.end - member.whole.start),
            rows[i].whole, strlen(rows[i].whole));
        check_bytes(text, member.value.start, (size_t) (member.value.end - member.value.start),
            rows[i].value, strlen(rows[i].value));
    }
}

static void test_replace(void **state)
{
    (void) state;
    static const char by[] = "{\"c\": 2}";
    _cleanup_buffer_ struct buffer text = { 0 };
    _cleanup_content_ struct content edited = { 0 };
    check_number("append", buffer_append_text(&text, "{ \"a\": 1 , \"b\":2 }\n"), 0);
    const struct json_member member = json_edit_find(span_of(&text), 0);
    const struct span new = { by, by + strlen(by) };
    check_number("replace", json_edit_replace(&text, member.value, new, &edited), 0);
    check_that("it exists", edited.exists);
    check_text("edited", edited.bytes.data, "{ \"a\": {\"c\": 2} , \"b\":2 }\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_replace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
