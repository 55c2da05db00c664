/* SPDX-License-Identifier: MIT */
/* agent/lib/url.c: libcurl's parser, made strict. */

#include "lib/url.h"

#include <errno.h>

#include "check.h"
#include "lib/buffer.h"

/* All parts on one line; "-" for one that is not there. */
static void show(const struct url *url, struct buffer *ret)
{
    const char *parts[] = { url->scheme, url->user, url->password, url->host, url->port, url->path,
        url->query, url->fragment };
    for (size_t i = 0; i < ELEMENTSOF(parts); i++)
        check_number(
            "show", buffer_printf(ret, "%s%s", i > 0 ? "|" : "", parts[i] ? parts[i] : "-"), 0);
}

static void test_parts(void **state)
{
    (void) state;
    static const struct {
        const char *text, *expected;
    } rows[] = {
        { "http://proxy", "http|-|-|proxy|-|/|-|-" },
        { "http://proxy/", "http|-|-|proxy|-|/|-|-" },
        { "HTTP://Proxy.CORP:3128", "http|-|-|proxy.corp|3128|/|-|-" },
        { "http://u@h:1", "http|u|-|h|1|/|-|-" },
        { "http://u:p@h:65535", "http|u|p|h|65535|/|-|-" },
        { "http://u:@h:1", "http|u||h|1|/|-|-" },
        { "http://u%40x:p%3A%2F%23%20%25@h:1", "http|u@x|p:/# %|h|1|/|-|-" },
        { "http://u:p:q@h:1", "http|u|p:q|h|1|/|-|-" },
        { "http://u:\xc3\xbc@h:1", "http|u|\xc3\xbc|h|1|/|-|-" },
        { "http://h:1/a/b?q=1&r#f", "http|-|-|h|1|/a/b|q=1&r|f" },
        { "http://10.1.2.3:80", "http|-|-|10.1.2.3|80|/|-|-" },
        { "http://[FD00:EC2::254]:80", "http|-|-|fd00:ec2::254|80|/|-|-" },
        { "http://[::1]", "http|-|-|::1|-|/|-|-" },
        { "http://a-b_c.d.:1", "http|-|-|a-b_c.d.|1|/|-|-" },
        { "http://1a.2b:1", "http|-|-|1a.2b|1|/|-|-" },
        { "socks5h://h:1080", "socks5h|-|-|h|1080|/|-|-" },
        { "foo://h:1", "foo|-|-|h|1|/|-|-" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_url_ struct url url = { 0 };
        _cleanup_buffer_ struct buffer shown = { 0 };
        const char *reason = NULL;
        int r = url_parse(rows[i].text, &url, &reason);
        check_text(rows[i].text, reason, NULL);
        check_number(rows[i].text, r, 0);
        show(&url, &shown);
        check_text(rows[i].text, shown.data, rows[i].expected);
    }
}

#define LABEL63 "a23456789012345678901234567890123456789012345678901234567890123"
#define HOST253                                                                                    \
    LABEL63 "." LABEL63 "." LABEL63 "."                                                            \
            "a234567890123456789012345678901234567890123456789012345678901"

static void test_host_lengths(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        { "http://" LABEL63, true },
        { "http://a" LABEL63, false },
        { "http://" HOST253, true },
        { "http://" HOST253 "a", false },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_url_ struct url url = { 0 };
        const char *reason = NULL;
        check_number(
            rows[i].text, url_parse(rows[i].text, &url, &reason), rows[i].good ? 0 : -EINVAL);
        check_text(rows[i].text, reason,
            rows[i].good ? NULL : "its host is neither a DNS name nor an IP address");
    }
}

static const char port[] = "the port is not a number from 1 to 65535";
static const char host[] = "its host is neither a DNS name nor an IP address";
static const char no_host[] = "it has no host";
static const char blank[] = "it has a blank or a control character in it";
static const char escape[] = "a %-escape in it stands for a control character";
static const char ipv4[] = "its IPv4 address is not valid";
static const char no_url[] = "it does not parse as a URL";

static const struct {
    const char *text, *reason;
} refusals[] = {
    { "", no_url },
    { "proxy", no_url },
    { "proxy.corp/x", no_url },
    { "://proxy", no_url },
    { "http:////proxy", no_url },
    { "http://", no_host },
    { "http:///", no_host },
    { "http://:80", no_host },
    { "http://u:p@", no_host },
    { "http://u:p@:80", no_host },
    { "file:///etc/passwd", no_host },

    { "http://h:0", port },
    { "http://h:00", port },
    { "http://h:65536", port },
    { "http://h:99999999999999999999", port },
    { "http://h:-1", port },
    { "http://h:+80", port },
    { "http://h:80x", port },
    { "http://h:x", port },
    { "http://h:0x50", port },
    { "http://h:80:80", port },
    { "http://[::1]:0", port },
    { "http://[::1]:65536", port },
    { "http://[::1]x", port },

    { "http://a..b", host },
    { "http://.a", host },
    { "http://.", host },
    { "http://b\xc3\xbc"
      "cher.example",
        host },
    { "http://a~b", host },
    { "http://300.1.1.1", ipv4 },
    { "http://1.2.3.4.5", ipv4 },
    { "http://host.5", ipv4 },
    { "http://[::g]", no_url },
    { "http://[::1", no_url },
    { "http://[1.2.3.4]", no_url },
    { "http://[]", no_url },

    { " http://h", blank },
    { "http://h ", blank },
    { "http://h /", blank },
    { "http://u:p w@h", blank },
    { "http://h\n", blank },
    { "http://h\r", blank },
    { "http://h/\t", blank },
    { "http://u\x01@h", blank },
    { "http://h/\x7f", blank },
    { "http://u%0a:p@h", escape },
    { "http://u:p%0D@h", escape },
    { "http://u:p%00@h", escape },
    { "http://u:p%1f@h", escape },
    { "http://u:p%7f@h", escape },
    { "http://u%7F@h", escape },
};

static void test_refusals(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(refusals); i++) {
        struct url url = { 0 };
        const char *reason = NULL;
        check_number(refusals[i].text, url_parse(refusals[i].text, &url, &reason), -EINVAL);
        check_text(refusals[i].text, reason, refusals[i].reason);
        check_that(refusals[i].text, !url.scheme && !url.host && !url.user && !url.path);
    }
}

/* What libraries of different age say about these differs: only that they do not get through. */
static void test_refused_somehow(void **state)
{
    (void) state;
    static const char *const texts[] = {
        "http://a%20b",
        "http://a%00b",
        "http://a%2fb",
        "http://a*b",
        "http://*.example",
        "http://a;b",
        "http://a,b",
        "http://a|b",
        "http://a\\b",
        "http://a\"b",
        "http://{a}",
        "http://u@v@w@",
        "http://[::1]]",
        "http://[[::1]]",
        "http://::1",
        "http://fe80::1:80",
    };
    for (size_t i = 0; i < ELEMENTSOF(texts); i++) {
        _cleanup_url_ struct url url = { 0 };
        const char *reason = NULL;
        check_number(texts[i], url_parse(texts[i], &url, &reason), -EINVAL);
        check_that(texts[i], reason != NULL && *reason != '\0');
    }
}

/* A scope means something on one machine only, and without it the address leads nowhere. */
static void test_scoped_address(void **state)
{
    (void) state;
    static const char *const texts[] = { "http://[fe80::1%25eth0]:80", "http://[fe80::1%eth0]:80" };
    for (size_t i = 0; i < ELEMENTSOF(texts); i++) {
        _cleanup_url_ struct url url = { 0 };
        const char *reason = NULL;
        check_number(texts[i], url_parse(texts[i], &url, &reason), -EINVAL);
        check_that(texts[i], reason != NULL && *reason != '\0');
    }
}

static void test_free_twice(void **state)
{
    (void) state;
    struct url url = { 0 };
    const char *reason = NULL;
    check_number("parse", url_parse("http://u:p@h:1/x?y#z", &url, &reason), 0);
    url_free(&url);
    check_that("nothing is left", !url.scheme && !url.user && !url.password && !url.host &&
                                      !url.port && !url.path && !url.query && !url.fragment);
    url_free(&url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_host_lengths),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_refused_somehow),
        cmocka_unit_test(test_scoped_address),
        cmocka_unit_test(test_free_twice),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
