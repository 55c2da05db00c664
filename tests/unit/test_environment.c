/* SPDX-License-Identifier: MIT */
/* agent/proxy/environment.c: which variables are written, by what names, and what they may hold. */

#include "proxy/environment.h"

#include <errno.h>

#include "check.h"
#include "lib/buffer.h"
#include "lib/memory.h"

static struct environment environment_of(
    char *http, char *https, char *no_proxy, enum letter_case letter_case)
{
    return (struct environment){ { http, https, no_proxy }, letter_case };
}

static void test_list(void **state)
{
    (void) state;
    static char http[] = "H", https[] = "S", no_proxy[] = "N";
    const struct {
        const char *row;
        struct environment environment;
        const char *expected;
    } rows[] = {
        { "none", environment_of(NULL, NULL, NULL, LETTER_CASE_BOTH), "" },
        { "both cases", environment_of(http, https, no_proxy, LETTER_CASE_BOTH),
            "http_proxy=H https_proxy=S no_proxy=N HTTP_PROXY=H HTTPS_PROXY=S NO_PROXY=N " },
        { "lower", environment_of(http, https, no_proxy, LETTER_CASE_LOWER),
            "http_proxy=H https_proxy=S no_proxy=N " },
        { "upper", environment_of(http, https, no_proxy, LETTER_CASE_UPPER),
            "HTTP_PROXY=H HTTPS_PROXY=S NO_PROXY=N " },
        { "http only", environment_of(http, NULL, no_proxy, LETTER_CASE_BOTH),
            "http_proxy=H no_proxy=N HTTP_PROXY=H NO_PROXY=N " },
        { "https only", environment_of(NULL, https, no_proxy, LETTER_CASE_UPPER),
            "HTTPS_PROXY=S NO_PROXY=N " },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        struct variable list[VARIABLES_WRITTEN_MAX];
        size_t count = environment_list(&rows[i].environment, list);
        _cleanup_buffer_ struct buffer text = { 0 };
        check_number("append", buffer_append_text(&text, ""), 0);
        for (size_t v = 0; v < count; v++)
            check_number("append", buffer_printf(&text, "%s=%s ", list[v].name, list[v].value), 0);
        check_text(rows[i].row, text.data, rows[i].expected);
    }
}

static void test_sets(void **state)
{
    (void) state;
    static char set[] = "x";
    static const struct {
        const char *name;
        bool sets; /* when http and no_proxy are set */
        bool can_be_set;
    } rows[] = {
        { "http_proxy", true, true },
        { "HTTP_PROXY", true, true },
        { "Http_Proxy", true, true },
        { "no_proxy", true, true },
        { "NO_PROXY", true, true },
        { "https_proxy", false, true },
        { "HTTPS_PROXY", false, true },
        { "http_prox", false, false },
        { "http_proxy_", false, false },
        { "ftp_proxy", false, false },
        { "all_proxy", false, false },
        { "", false, false },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        const char *name = rows[i].name;
        for (unsigned int c = 0; c < LETTER_CASES; c++) {
            const struct environment environment =
                environment_of(set, NULL, set, (enum letter_case) c);
            check_number(name, environment_sets(&environment, name, strlen(name)), rows[i].sets);
        }
        check_number(name, environment_sets(NULL, name, strlen(name)), rows[i].can_be_set);
    }
    check_that("the length counts", environment_sets(NULL, "http_proxy=1", 10));
    check_that("the length counts", !environment_sets(NULL, "http_proxy", 9));
}

/* What is added is copied, replaces what was there, and is portable. */
static void test_add(void **state)
{
    (void) state;
    static const struct {
        const char *value;
        bool good;
    } rows[] = {
        { "http://svc:p%40ss@proxy.corp:3128", true },
        { "localhost,*.corp.example,.b,fd00:ec2::254,[fd00::1],10.0.0.0/8", true },
        { "a_b~c-d", true },
        { "", true },
        { "a b", false },
        { "a\tb", false },
        { "a\nb", false },
        { "a#b", false },
        { "a\"b", false },
        { "a'b", false },
        { "a\\b", false },
        { "a$b", false },
        { "a;b", false },
        { "-Da.b=/c", true },
        { "a?b", false },
        { "a\x7f"
          "b",
            false },
        { "\xc3\xbc", false },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_environment_ struct environment environment = { 0 };
        struct error err = { 0 };
        check_number("first", environment_add(&environment, VARIABLE_NO_PROXY, "n", NULL), 0);
        int r = environment_add(&environment, VARIABLE_NO_PROXY, rows[i].value, &err);
        check_number(rows[i].value, r, rows[i].good ? 0 : -EBADMSG);
        check_text(rows[i].value, err.text,
            rows[i].good ? ""
                         : "the value of NO_PROXY has a character that some consumer cannot read");
        check_number(rows[i].value, err.status, rows[i].good ? 0 : EX_SOFTWARE);
        const char *value = environment_get(&environment, VARIABLE_NO_PROXY);
        check_text("the value", value, rows[i].good ? rows[i].value : "n");
        check_that("a copy", value != rows[i].value);
    }
}

static void test_proxy_and_free(void **state)
{
    (void) state;
    struct environment environment = { 0 };
    check_that("empty", environment_is_empty(&environment));
    check_text("none", environment_proxy(&environment), NULL);
    check_number("add", environment_add(&environment, VARIABLE_NO_PROXY, "n", NULL), 0);
    check_that("something is wanted", !environment_is_empty(&environment));
    check_text("no_proxy is no proxy", environment_proxy(&environment), NULL);
    check_number("add", environment_add(&environment, VARIABLE_HTTP_PROXY, "h", NULL), 0);
    check_text("http", environment_proxy(&environment), "h");
    check_number("add", environment_add(&environment, VARIABLE_HTTPS_PROXY, "s", NULL), 0);
    check_text("https first", environment_proxy(&environment), "s");
    environment_free(&environment);
    check_that("freed", environment_is_empty(&environment));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_sets),
        cmocka_unit_test(test_add),
        cmocka_unit_test(test_proxy_and_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
