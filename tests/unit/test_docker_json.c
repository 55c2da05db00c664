/* SPDX-License-Identifier: MIT */
/* agent/outputs/docker_json.c: the bytes of daemon.json before, with, and after our value. */

#include "outputs/docker_json.h"

#include "shared_file.h"

#define OURS                                                                                       \
    "{\"http-proxy\": \"http://p:1\", \"https-proxy\": \"http://u:x%40@p:2\", \"no-proxy\": "      \
    "\"n,*.n\"}"

static int render(const struct environment *environment, const struct content *old,
    const struct content *kept, struct content *ret, struct content *ret_kept, struct error *err)
{
    const struct edit edit = { environment, old, kept, ret, ret_kept };
    return docker_json_render(&edit, err);
}

/* What others wrote; of that the value of "proxies"; and what ours is, with and without https. */
static const struct {
    const char *before, *theirs, *behind, *ours, *ours_http;
} goldens[] = {
    { "{\"proxies\":", "{}", "}", OURS,
        "{\"http-proxy\": \"http://p:1\", \"no-proxy\": \"n,*.n\"}" },
    { "\xef\xbb\xbf{\r\n\t\"a\" : [ 1, {\"proxies\": {}}, \"\\\"]}\" ] ,\r\n\t\"proxies\"\r\n:\t",
        "{ \"http-proxy\":\"\\u0078\",\r\n \"https-proxy\" :  \"y\\\"}\" }",
        " ,\"b\":-1e5,\r\n\t\"\\u00e9\":null\r\n}\r\n", OURS,
        "{\"http-proxy\": \"http://p:1\", \"no-proxy\": \"n,*.n\", "
        "\"https-proxy\" :  \"y\\\"}\"}" },
    { " {\"pro\\u0078ies\":", "{\"No-Proxy\": \"x\",\n \"HTTPS-proxy\": null , \"x\": [1,\n{}]\n}",
        ",\"c\":{}}\n\n",
        "{\"http-proxy\": \"http://p:1\", \"https-proxy\": \"http://u:x%40@p:2\", \"no-proxy\": "
        "\"n,*.n\", \"x\": [1,\n{}]}",
        "{\"http-proxy\": \"http://p:1\", \"no-proxy\": \"n,*.n\", \"HTTPS-proxy\": null, "
        "\"x\": [1,\n{}]}" },
    { "{\"a\":true,\"Proxies\":", "{\"http-proxy\":\"x\"}", "}", OURS,
        "{\"http-proxy\": \"http://p:1\", \"no-proxy\": \"n,*.n\"}" },
};

static struct content joined(const char *before, const char *value, const char *behind)
{
    struct content content = content_of(before, strlen(before));
    check_number("append", buffer_append_text(&content.bytes, value), 0);
    check_number("append", buffer_append_text(&content.bytes, behind), 0);
    return content;
}

/* Behind the two lines of what is ours. */
static const char *theirs_in(const struct content *kept)
{
    const char *line = strchr(kept->bytes.data, '\n');
    return strchr(line + 1, '\n') + 1;
}

/* Renders, and compares the file and what is put aside of theirs. Without values nothing is. */
static void check_render(const char *row, const struct environment *environment,
    const struct content *old, const struct content *kept, const struct content *expected,
    const char *theirs)
{
    _cleanup_content_ struct content got = { 0 }, got_kept = { 0 };
    struct error err = { 0 };
    check_number(row, render(environment, old, kept, &got, &got_kept, &err), 0);
    check_text(row, err.text, "");
    check_content(row, &got, expected->bytes.data, expected->bytes.size);
    check_number("put aside", got_kept.exists, theirs != NULL);
    if (theirs)
        check_text(row, theirs_in(&got_kept), theirs);
    if (!environment_is_empty(environment))
        check_number(row, docker_json_verify(environment, &got, &err), 0);
    check_text(row, err.text, "");
}

static void test_golden(void **state)
{
    (void) state;
    static const struct content nothing;
    static const struct environment none;
    const struct environment both = values_of(true, true, LETTER_CASE_BOTH);
    const struct environment http = values_of(true, false, LETTER_CASE_BOTH);
    for (size_t i = 0; i < ELEMENTSOF(goldens); i++) {
        const char *row = goldens[i].before, *behind = goldens[i].behind;
        const char *theirs = goldens[i].theirs;
        _cleanup_content_ struct content old = joined(row, theirs, behind);
        _cleanup_content_ struct content two = joined(row, goldens[i].ours, behind);
        _cleanup_content_ struct content one = joined(row, goldens[i].ours_http, behind);
        _cleanup_content_ struct content kept = { 0 }, kept_http = { 0 }, got = { 0 };
        check_render(row, &none, &old, &nothing, &old, NULL);
        check_render(row, &both, &old, &nothing, &two, theirs);
        check_number(row, render(&both, &old, &nothing, &got, &kept, NULL), 0);
        check_render(row, &both, &two, &kept, &two, theirs);
        check_render(row, &http, &two, &kept, &one, theirs);
        content_free(&got);
        check_number(row, render(&http, &two, &kept, &got, &kept_http, NULL), 0);
        check_render(row, &both, &one, &kept_http, &two, theirs);
        check_render(row, &none, &one, &kept_http, &old, NULL);
        /* Killed between the two writes, or never written. */
        check_render(row, &none, &two, &kept_http, &old, NULL);
        check_render(row, &none, &old, &kept_http, &old, NULL);
    }
}

/* What somebody wrote in place of ours is theirs; another way to write ours is not. */
static void test_changed(void **state)
{
    (void) state;
    static const struct content nothing;
    static const struct environment none;
    const struct environment http = values_of(true, false, LETTER_CASE_BOTH);
    static const struct {
        const char *now;
        bool is_ours;
    } rows[] = {
        { "{\"http-proxy\":\"http://p:1\",\n\"https-proxy\":\"a\",\"no-proxy\":\"n,*.n\"}", true },
        { "{\"http-proxy\": \"http://new:1\"}", false },
        { "{\"http-proxy\": \"http://p:1\", \"https-proxy\": \"b\", \"no-proxy\": \"n,*.n\"}",
            false },
        { "{\"http-proxy\": \"http://p:1\", \"https-proxy\": \"a\"}", false },
        { "{}", false },
    };
    _cleanup_content_ struct content old =
        content_of(TEXT("{\"proxies\": {\"https-proxy\": \"a\"}}"));
    _cleanup_content_ struct content with = { 0 }, kept = { 0 };
    check_number("run", render(&http, &old, &nothing, &with, &kept, NULL), 0);
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_content_ struct content now = joined("{\"proxies\": ", rows[i].now, "}");
        check_render(rows[i].now, &none, &now, &kept, rows[i].is_ours ? &old : &now, NULL);
    }
}

/* Files without the object are not touched, and nothing is put aside. */
static void test_untouched(void **state)
{
    (void) state;
    static const char *const rows[] = { "", " \r\n", "{}", "{ \"a\": {\"proxies\": {}} }\n",
        "{\"proxies\": null}", "{\"proxies\": \"x\"}", "{\"http-proxy\": \"x\"}" };
    static const struct content nothing;
    static const struct environment none;
    const struct environment both = values_of(true, true, LETTER_CASE_BOTH);
    _cleanup_content_ struct content kept = content_of(TEXT("{}"));
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_content_ struct content old = content_of(rows[i], strlen(rows[i]));
        check_render(rows[i], &both, &old, &nothing, &old, NULL);
        check_render(rows[i], &both, &old, &kept, &old, NULL);
        check_render(rows[i], &none, &old, &kept, &old, NULL);
    }
    _cleanup_content_ struct content got = { 0 }, got_kept = { 0 };
    struct error err = { 0 };
    check_number("no file", render(&both, &nothing, &kept, &got, &got_kept, &err), 0);
    check_that("no file", !got.exists && !got_kept.exists);

    /* Without settings not even what is no JSON. */
    _cleanup_content_ struct content broken = content_of(TEXT("{\"proxies\": {\0"));
    check_render("broken", &none, &broken, &nothing, &broken, NULL);
}

static void test_refused(void **state)
{
    (void) state;
    static const struct {
        const char *file, *kept, *text;
    } rows[] = {
        { "{\n\"proxies\": {}", NULL, "line 2: not valid JSON" },
        { "{\"proxies\": {}}\n# x", NULL, "line 2: not valid JSON" },
        { "[]", NULL, "expected an object, found a list" },
        { "{\"proxies\": {}, \"proxies\": {}}", NULL, "\"proxies\" is there more than once" },
        { "{\"proxies\": {}, \"Proxies\": null}", NULL, "\"proxies\" is there more than once" },
        { "{\"proxies\": {\"no-proxy\": \"\", \"NO-proxy\": \"\"}}", NULL,
            "\"no-proxy\" is there more than once" },
        { "{\"proxies\": {}}", "{}\n\n", "the backup of its value: line 1: not valid JSON" },
        { "{\"proxies\": {}}", "{}\n\n[]", "the backup of its value: expected an object" },
        { "{\"proxies\": {}}", "{}\n{}\n{}, \"a\": {}",
            "the backup of its value: line 1: not valid JSON" },
    };
    const struct environment both = values_of(true, true, LETTER_CASE_BOTH), none = { 0 };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        for (int v = 0; v < (rows[i].kept ? 2 : 1); v++) {
            _cleanup_content_ struct content old = content_of(rows[i].file, strlen(rows[i].file));
            _cleanup_content_ struct content got = { 0 }, got_kept = { 0 };
            _cleanup_content_ struct content kept =
                content_of(rows[i].kept, rows[i].kept ? strlen(rows[i].kept) : 0);
            struct error err = { 0 };
            check_number(rows[i].file,
                render(v ? &none : &both, &old, &kept, &got, &got_kept, &err), -EBADMSG);
            check_text(rows[i].file, err.text, rows[i].text);
            check_number(rows[i].file, err.status, EX_IOERR);
        }
}

static void test_verify(void **state)
{
    (void) state;
    static const struct {
        const char *file, *text;
    } rows[] = {
        { "{\"proxies\": " OURS "}", "" },
        { "{\"proxies\": {\"http-proxy\": \"http:\\/\\/p:1\", \"no-proxy\": \"n,*.n\", "
          "\"HTTPS-PROXY\": \"http://u:x\\u002540@p:2\"}}",
            "" },
        { "{}", "" },
        { "", "" },
        { "{\"proxies\": {}}", "dockerd would not read \"http-proxy\" as it was meant" },
        { "{\"proxies\": {\"http-proxy\": 1}}",
            "dockerd would not read \"http-proxy\" as it was meant" },
        { "{\"proxies\": {\"http-proxy\": \"http://p:1\", \"https-proxy\": \"x\"}}",
            "dockerd would not read \"https-proxy\" as it was meant" },
        { "{\"proxies\": {\"http-proxy\": \"http://p:1\", \"HTTP-proxy\": \"http://p:1\"}}",
            "dockerd would not read \"http-proxy\" as it was meant" },
        { "{\"proxies\": " OURS, "line 1: not valid JSON" },
    };
    const struct environment both = values_of(true, true, LETTER_CASE_LOWER);
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_content_ struct content content = content_of(rows[i].file, strlen(rows[i].file));
        struct error err = { 0 };
        check_number(
            rows[i].file, docker_json_verify(&both, &content, &err), *rows[i].text ? -EBADMSG : 0);
        check_text(rows[i].file, err.text, rows[i].text);
        check_number(rows[i].file, err.status, *rows[i].text ? EX_IOERR : 0);
    }
}

enum { FILES = 1000, DEPTH_MAX = 4 };

#define PICK(list) list[check_random(seed, ELEMENTSOF(list))]

/* Pieces chosen to be misread. */
static const char *const blanks[] = { "", "", "", " ", "\n", "\r\n\t", "  \n" };
static const char *const scalars[] = { "1", "-0.5e+3", "true", "null", "\"\"", "\"\\\"\"",
    "\"\\\\\"", "\"}\"", "\"]\"", "\",\"", "\":{\"", "\"\\u0022\"", "\"\xc3\xa9\"", "\"proxies\"" };
static const char *const keys[] = { "\"a\"", "\"\"", "\"\\\"proxies\\\"\"", "\"{\"", "\"x-proxy\"",
    "\"\\\\\"" };
static const char *const proxy_keys[] = { "\"http-proxy\"", "\"https-\\u0070roxy\"", "\"NO-PROXY\"",
    "\"x\"" };

static void add(struct buffer *ret, const char *text)
{
    check_number("append", buffer_append_text(ret, text), 0);
}

static void add_value(uint64_t *seed, int depth, struct buffer *ret)
{
    size_t count = check_random(seed, 3);
    size_t kind = depth < DEPTH_MAX ? check_random(seed, 4) : 3;
    if (kind > 1) {
        add(ret, PICK(scalars));
        return;
    }
    add(ret, kind ? "{" : "[");
    add(ret, PICK(blanks));
    for (size_t i = 0; i < count; i++) {
        add(ret, i > 0 ? "," : "");
        add(ret, PICK(blanks));
        if (kind) {
            add(ret, PICK(keys));
            add(ret, PICK(blanks));
            add(ret, ":");
        }
        add(ret, PICK(blanks));
        add_value(seed, depth + 1, ret);
        add(ret, PICK(blanks));
    }
    add(ret, kind ? "}" : "]");
}

static void add_member(uint64_t *seed, const char *key, struct buffer *ret)
{
    add(ret, PICK(blanks));
    add(ret, key);
    add(ret, PICK(blanks));
    add(ret, ":");
    add(ret, PICK(blanks));
}

/* Each of the keys in half of the objects. */
static void add_proxies(uint64_t *seed, struct buffer *ret)
{
    const char *between = "{";
    for (size_t i = 0; i < ELEMENTSOF(proxy_keys); i++)
        if (check_random(seed, 2)) {
            add(ret, between);
            add_member(seed, proxy_keys[i], ret);
            add_value(seed, 2, ret);
            add(ret, PICK(blanks));
            between = ",";
        }
    add(ret, *between == '{' ? "{" : "");
    add(ret, PICK(blanks));
    add(ret, "}");
}

static struct content make_file(uint64_t *seed)
{
    struct content file = { .exists = true };
    size_t members = 1 + check_random(seed, 4), number = check_random(seed, members);
    add(&file.bytes, check_random(seed, 10) ? "" : "\xef\xbb\xbf");
    add(&file.bytes, PICK(blanks));
    for (size_t i = 0; i < members; i++) {
        add(&file.bytes, i > 0 ? "," : "{");
        add_member(seed, i == number ? "\"proxies\"" : PICK(keys), &file.bytes);
        if (i == number)
            add_proxies(seed, &file.bytes);
        else
            add_value(seed, 0, &file.bytes);
        add(&file.bytes, PICK(blanks));
    }
    add(&file.bytes, "}");
    add(&file.bytes, PICK(blanks));
    return file;
}

/* Twice is once, also with other values between; without values the file is as it was. */
static void test_round(void **state)
{
    (void) state;
    static const struct content nothing;
    static const struct environment none;
    for (uint64_t i = 0; i < FILES; i++) {
        uint64_t seed = i;
        const struct environment environment = values_of(i % 3 > 0, i % 3 < 2, LETTER_CASE_BOTH);
        const struct environment both = values_of(true, true, LETTER_CASE_BOTH);
        _cleanup_content_ struct content old = make_file(&seed);
        _cleanup_content_ struct content once = { 0 }, once_kept = { 0 }, other = { 0 },
                                         other_kept = { 0 };
        struct error err = { 0 };
        const char *row = old.bytes.data;
        check_number(row, render(&environment, &old, &nothing, &once, &once_kept, &err), 0);
        check_number(row, docker_json_verify(&environment, &once, &err), 0);
        check_render(row, &environment, &once, &once_kept, &once, theirs_in(&once_kept));
        check_number(row, render(&both, &once, &once_kept, &other, &other_kept, &err), 0);
        check_number(row, docker_json_verify(&both, &other, &err), 0);
        check_render(row, &environment, &other, &other_kept, &once, theirs_in(&once_kept));
        check_render(row, &none, &other, &other_kept, &old, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_changed),
        cmocka_unit_test(test_untouched),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_verify),
        cmocka_unit_test(test_round),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
