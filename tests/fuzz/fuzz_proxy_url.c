/* SPDX-License-Identifier: MIT */
/* The URL of a proxy: its canonical form is a fixed point, and keeps the login; no refusal shows a
 * password. */

#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "proxy/proxy_url.h"

static bool same(const char *a, const char *b)
{
    return !a == !b && (!a || strcmp(a, b) == 0);
}

static int parse(const char *text, struct proxy_url *ret)
{
    struct error err = { 0 };
    int r = proxy_url_parse(text, ret, &err);
    FUZZ_CHECK(r == 0 || r == -EINVAL);
    if (r < 0) {
        fuzz_check_error(&err);
        FUZZ_CHECK(err.status == EX_CONFIG);
    }
    return r;
}

static void check_form(const char *text)
{
    _cleanup_proxy_url_ struct proxy_url url = { 0 }, again = { 0 };
    if (parse(text, &url) < 0)
        return;
    _cleanup_mem_ char *first = proxy_url_format(&url);
    FUZZ_CHECK(first && parse(first, &again) == 0);
    _cleanup_mem_ char *second = proxy_url_format(&again);
    FUZZ_CHECK(second && strcmp(first, second) == 0);
    FUZZ_CHECK(same(url.user, again.user) && same(url.password, again.password));
    FUZZ_CHECK(same(url.host, again.host) && url.port == again.port && url.port > 0);
    /* It is of the characters that mean themselves in every output. */
    struct environment environment = { 0 };
    FUZZ_CHECK(environment_add(&environment, VARIABLE_HTTP_PROXY, first, NULL) == 0);
    environment_free(&environment);
    _cleanup_strings_ struct strings warnings = { 0 };
    FUZZ_CHECK(proxy_url_warn(&url, &warnings) == 0);
    bool is_rare = url.password && strlen(url.password) > 8 && !strstr(url.host, url.password);
    for (size_t i = 0; is_rare && i < warnings.count; i++)
        FUZZ_CHECK(!strstr(warnings.items[i], url.password));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    _cleanup_mem_ char *text = fuzz_text(&input);
    check_form(text);
    return 0;
}
