/* SPDX-License-Identifier: MIT */
/* JSON: what is read and written is read again as the same, and the place of each member in the
 * text is where its bytes are. */

#include <errno.h>
#include <math.h>
#include <string.h>

#include "formats/json_edit.h"
#include "fuzz.h"
#include "lib/json.h"
#include "lib/utf8.h"

static bool same(const struct json *a, const struct json *b);

static bool same_children(const struct json *a, const struct json *b)
{
    bool is_object = json_type(a) == JSON_OBJECT;
    const struct json *m = json_first(a), *n = json_first(b);
    for (; m && n; m = json_next(m), n = json_next(n))
        if ((is_object && strcmp(json_key(m), json_key(n)) != 0) || !same(m, n))
            return false;
    return !m && !n;
}

static bool same(const struct json *a, const struct json *b)
{
    if (json_type(a) != json_type(b))
        return false;
    switch (json_type(a)) {
    case JSON_NULL:
        return true;
    case JSON_BOOL:
        return json_bool(a) == json_bool(b);
    case JSON_NUMBER: /* cJSON writes as many digits as it takes to come this near */
        return json_number(a) == json_number(b) ||
               fabs(json_number(a) - json_number(b)) <= 4e-16 * fabs(json_number(a));
    case JSON_STRING:
        return strcmp(json_string(a), json_string(b)) == 0;
    case JSON_ARRAY:
    case JSON_OBJECT:
        return same_children(a, b);
    }
    return false;
}

/* Which cJSON writes as null. */
static bool has_infinity(const struct json *value)
{
    if (json_type(value) == JSON_NUMBER)
        return json_number(value) - json_number(value) != 0;
    bool found = false;
    if (json_type(value) == JSON_ARRAY || json_type(value) == JSON_OBJECT)
        for (const struct json *m = json_first(value); m && !found; m = json_next(m))
            found = has_infinity(m);
    return found;
}

static struct json *parse(const char *text, size_t size)
{
    struct json *document = NULL;
    struct error err = { 0 };
    int r = json_parse(text, size, &document, &err);
    FUZZ_CHECK(r == 0 || r == -EBADMSG);
    FUZZ_CHECK((r == 0) == (document != NULL));
    if (r < 0) {
        fuzz_check_error(&err);
        FUZZ_CHECK(strncmp(err.text, "line ", 5) == 0);
    }
    return document;
}

/* Each member of the outer object stands where it is said to. */
static void check_places(const struct buffer *text, const struct json *document)
{
    size_t number = 0, lines = 1, last = 1;
    for (size_t i = 0; i < text->size; i++)
        lines += text->data[i] == '\n';
    for (const struct json *m = json_first(document); m; m = json_next(m), number++) {
        const struct json_member place = json_edit_find(span_of(text), number);
        _cleanup_json_ struct json *value =
            parse(place.value.start, (size_t) (place.value.end - place.value.start));
        FUZZ_CHECK(value && same(value, m));
        size_t line = json_line_of(text->data, text->size, document, m);
        FUZZ_CHECK(line >= last && line <= lines);
        last = line;
        _cleanup_content_ struct content changed = { 0 };
        static const char by[] = "[1, {}]";
        const struct span new_value = { by, by + strlen(by) };
        FUZZ_CHECK(json_edit_replace(text, place.value, new_value, &changed) == 0);
        _cleanup_json_ struct json *again = parse(changed.bytes.data, changed.bytes.size);
        FUZZ_CHECK(again && json_type(again) == JSON_OBJECT);
    }
}

/* What is not cannot be written as it is. */
static bool is_utf8(const struct buffer *text)
{
    _cleanup_buffer_ struct buffer valid = fuzz_buffer("");
    FUZZ_CHECK(utf8_append(text->data, text->size, &valid) == 0);
    return buffer_equal(text, &valid);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    _cleanup_buffer_ struct buffer text = fuzz_rest(&input), written = { 0 };
    _cleanup_json_ struct json *document = parse(text.data, text.size);
    if (!document)
        return 0;
    if (json_type(document) == JSON_OBJECT)
        check_places(&text, document);
    if (has_infinity(document) || !is_utf8(&text))
        return 0;
    FUZZ_CHECK(json_print(document, &written) == 0);
    _cleanup_json_ struct json *again = parse(written.data, written.size);
    FUZZ_CHECK(again && same(document, again));
    return 0;
}
