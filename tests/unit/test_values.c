/* agent/proxy/values.c: the variables, in both letter cases. */

#include "proxy/values.h"

#include "check.h"
#include "lib/buffer.h"
#include "lib/memory.h"

static void test_list(void **state)
{
    (void) state;
    static char http[] = "H", https[] = "S", no_proxy[] = "N";
    static const struct {
        const char *row;
        struct proxy_values values;
        const char *expected;
    } rows[] = {
        { "none", { 0 }, "" },
        { "both cases", { http, https, no_proxy, PROXY_CASE_BOTH },
            "http_proxy=H https_proxy=S no_proxy=N HTTP_PROXY=H HTTPS_PROXY=S NO_PROXY=N " },
        { "lower", { http, https, no_proxy, PROXY_CASE_LOWER },
            "http_proxy=H https_proxy=S no_proxy=N " },
        { "upper", { http, https, no_proxy, PROXY_CASE_UPPER },
            "HTTP_PROXY=H HTTPS_PROXY=S NO_PROXY=N " },
        { "http only", { http, NULL, no_proxy, PROXY_CASE_BOTH },
            "http_proxy=H no_proxy=N HTTP_PROXY=H NO_PROXY=N " },
        { "https only", { NULL, https, no_proxy, PROXY_CASE_UPPER }, "HTTPS_PROXY=S NO_PROXY=N " },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        struct proxy_variable variables[PROXY_VARIABLES_MAX];
        size_t count = proxy_values_list(&rows[i].values, variables);
        _cleanup_buffer_ struct buffer text = { 0 };
        check_number("append", buffer_append_text(&text, ""), 0);
        for (size_t v = 0; v < count; v++)
            check_number(
                "append", buffer_printf(&text, "%s=%s ", variables[v].name, variables[v].value), 0);
        check_text(rows[i].row, text.data, rows[i].expected);
    }
}

static void test_own(void **state)
{
    (void) state;
    static char set[] = "x";
    static const struct {
        const char *name;
        bool own; /* when http and no_proxy are set */
    } rows[] = {
        { "http_proxy", true },
        { "HTTP_PROXY", true },
        { "Http_Proxy", true },
        { "no_proxy", true },
        { "NO_PROXY", true },
        { "https_proxy", false },
        { "HTTPS_PROXY", false },
        { "http_prox", false },
        { "http_proxy_", false },
        { "ftp_proxy", false },
        { "all_proxy", false },
        { "", false },
    };
    static const struct proxy_values both[] = {
        { .http = set, .no_proxy = set, .letter_case = PROXY_CASE_BOTH },
        { .http = set, .no_proxy = set, .letter_case = PROXY_CASE_LOWER },
        { .http = set, .no_proxy = set, .letter_case = PROXY_CASE_UPPER },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        for (size_t c = 0; c < ELEMENTSOF(both); c++)
            check_number(rows[i].name,
                proxy_values_own(&both[c], rows[i].name, strlen(rows[i].name)), rows[i].own);
    check_that("the length counts", proxy_values_own(&both[0], "http_proxy=1", 10));
    check_that("the length counts", !proxy_values_own(&both[0], "http_proxy", 9));
}

static void test_any_and_free(void **state)
{
    (void) state;
    struct proxy_values values = { 0 };
    check_that("none", !proxy_values_any(&values));
    values.no_proxy = mem_strdup("n");
    check_that("no_proxy is no proxy", !proxy_values_any(&values));
    values.https = mem_strdup("s");
    check_that("https", proxy_values_any(&values));
    values.http = mem_strdup("h");
    check_that("both", proxy_values_any(&values));
    proxy_values_free(&values);
    check_that("freed", !values.http && !values.https && !values.no_proxy);
    values.http = mem_strdup("h");
    check_that("http", proxy_values_any(&values));
    proxy_values_free(&values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_own),
        cmocka_unit_test(test_any_and_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
