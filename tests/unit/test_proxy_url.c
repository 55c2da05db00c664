/* SPDX-License-Identifier: MIT */
/* agent/proxy/proxy_url.c: one canonical form, and a password that shows nowhere. */

#include "proxy/proxy_url.h"

#include <ctype.h>
#include <errno.h>

#include "check.h"
#include "lib/memory.h"
#include "lib/url.h"

#define HTTPS_WARNING                                                                              \
    "an https:// proxy cannot be used by wget, Python's urllib and aiohttp, and older .NET: give " \
    "its http:// address, if it has one"
#define NO_PORT(host, port)                                                                        \
    "the proxy URL of " host " names no port: " port                                               \
    " is used, where some clients would guess another: write the port"

static void test_canonical(void **state)
{
    (void) state;
    static const struct {
        const char *text, *expected, *warnings;
    } rows[] = {
        { "http://proxy.corp:3128", "http://proxy.corp:3128", "" },
        { "proxy.corp:3128", "http://proxy.corp:3128", "" },
        { "HTTP://Proxy.Corp:3128/", "http://proxy.corp:3128", "" },
        { "http://proxy.corp:03128", "http://proxy.corp:3128", "" },
        { "proxy.corp", "http://proxy.corp:80", NO_PORT("proxy.corp", "80") },
        { "http://proxy.corp/", "http://proxy.corp:80", NO_PORT("proxy.corp", "80") },
        { "http://proxy.corp:80", "http://proxy.corp:80", "" },
        { "https://proxy.corp:3129", "https://proxy.corp:3129", HTTPS_WARNING },
        { "https://proxy.corp", "https://proxy.corp:443",
            NO_PORT("proxy.corp", "443") "\n" HTTPS_WARNING },
        { "10.1.2.3:3128", "http://10.1.2.3:3128", "" },
        { "http://[FD00::A]:3128", "http://[fd00::a]:3128", "" },
        { "[fd00::a]:3128", "http://[fd00::a]:3128", "" },
        { "http://[::1]", "http://[::1]:80", NO_PORT("::1", "80") },
        { "svc@proxy:3128", "http://svc@proxy:3128", "" },
        { "svc:pw@proxy:3128", "http://svc:pw@proxy:3128", "" },
        { "http://svc:@proxy:3128", "http://svc:@proxy:3128", "" },
        { "http://svc:a:b@proxy:3128", "http://svc:a%3Ab@proxy:3128", "" },
        { "http://svc:p%40ss%2f%23%25@proxy:3128", "http://svc:p%40ss%2F%23%25@proxy:3128", "" },
        { "http://svc:%50%57@proxy:3128", "http://svc:PW@proxy:3128", "" },
        { "http://svc:p$w'\"!*(),;=+&@proxy:3128",
            "http://svc:p%24w%27%22%21%2A%28%29%2C%3B%3D%2B%26@proxy:3128", "" },
        { "http://s%20v%40c:p%20w@proxy:3128", "http://s%20v%40c:p%20w@proxy:3128", "" },
        { "http://svc:100%@proxy:3128", "http://svc:100%25@proxy:3128", "" },
        { "http://svc:\xc3\xbc@proxy:3128", "http://svc:%C3%BC@proxy:3128", "" },
        { "http://svc:-._~@proxy:3128", "http://svc:-._~@proxy:3128", "" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_proxy_url_ struct proxy_url url = { 0 }, again = { 0 };
        _cleanup_strings_ struct strings warnings = { 0 };
        struct error err = { 0 };
        int r = proxy_url_parse(rows[i].text, &url, &err);
        check_text(rows[i].text, err.text, "");
        check_number(rows[i].text, r, 0);
        check_text(rows[i].text, url.text, rows[i].text);
        check_number(rows[i].text, proxy_url_warn(&url, &warnings), 0);
        _cleanup_mem_ char *text = proxy_url_format(&url);
        check_text(rows[i].text, text, rows[i].expected);
        _cleanup_mem_ char *joined = strings_join(&warnings, "\n");
        check_text(rows[i].text, joined, rows[i].warnings);

        check_number(text, proxy_url_parse(text, &again, &err), 0);
        _cleanup_mem_ char *second = proxy_url_format(&again);
        check_text("the form of the form", second, text);
    }
}

#define NOTHING "nothing may follow the host and port: write it as http://HOST:PORT"
#define LOGIN   "its login has to be percent-encoded: write "
#define NTLM                                                                                       \
    "a login of the form DOMAIN\\user belongs to NTLM, which AWS tools do not support: use a "     \
    "relay that authenticates for you, such as Cntlm, and give its address here"
#define SOCKS  "SOCKS proxies are not supported: give the address of an HTTP proxy"
#define SCHEME "its scheme is neither http nor https: write it as http://HOST:PORT"
#define WRITE  ": write it as http://HOST:PORT"
#define PORT   "the port is not a number from 1 to 65535" WRITE
#define BLANK  "it has a blank or a control character in it" WRITE
#define HOST   "its host is neither a DNS name nor an IP address" WRITE

static const struct {
    const char *text, *shown, *reason;
} refusals[] = {
    { "", "", "it has no host" WRITE },
    { "http://", "http://", "it has no host" WRITE },
    { "http://:3128", "http://:3128", "it has no host" WRITE },
    { "http://svc:kennwort@", "http://***@", "it has no host" WRITE },
    { "http://svc:kennwort@:3128", "http://***@:3128", "it has no host" WRITE },
    { "http://proxy:0", "http://proxy:0", PORT },
    { "http://proxy:65536", "http://proxy:65536", PORT },
    { "proxy:-1", "proxy:***", PORT },
    { "proxy:http", "proxy:***", PORT },
    { "svc:kennwort@proxy:99999", "***@proxy:99999", PORT },
    { "http://proxy corp:3128", "http://***", BLANK },
    { " http://proxy:3128", "***", BLANK },
    { "http://svc:kenn wort@proxy", "http://***@proxy", LOGIN "a blank as %20" },
    { "http://svc:kennwort@pro\x01xy", "http://***@***", BLANK },
    { "http://svc:kennwort@pro\txy", "http://***@***", BLANK },
    { "http://svc:kennwort%0a@proxy:1", "http://***@proxy:1",
        "a %-escape in it stands for a control character" WRITE },
    { "socks5://proxy:1080", "socks5://proxy:1080", SOCKS },
    { "socks5h://svc:kennwort@proxy:1080", "socks5h://***@proxy:1080", SOCKS },
    { "socks4a://proxy:1080", "socks4a://proxy:1080", SOCKS },
    { "SOCKS://proxy:1080", "SOCKS://proxy:1080", SOCKS },
    { "ftp://proxy:21", "ftp://proxy:21", SCHEME },
    { "httpx://svc:kennwort@proxy:21", "***@proxy:21", SCHEME },
    { "http://proxy:3128/pac", "http://proxy:***", NOTHING },
    { "http://svc:kennwort@proxy:3128/x", "http://***@***", NOTHING },
    { "http://proxy/?q", "http://***", NOTHING },
    { "http://proxy?q", "http://***", NOTHING },
    { "http://proxy#f", "http://***", NOTHING },
    { "CORP\\svc:kennwort@proxy:3128", "***@proxy:3128", NTLM },
    { "http://CORP%5Csvc:kennwort@proxy:3128", "http://***@proxy:3128", NTLM },
    { "http://pro..xy:3128", "http://pro..xy:3128", HOST },
    { "http://pro~xy:3128", "http://***", HOST },
    { "http://10.0.0.256:3128", "http://10.0.0.256:3128", "its IPv4 address is not valid" WRITE },
    /* A password that was not encoded looks like a port and a path. */
    { "http://svc:kenn/wort@proxy:3128", "http://***@proxy:3128", LOGIN "/ as %2F" },
    { "http://svc:kenn?wort@proxy:3128", "http://***@proxy:3128", LOGIN "? as %3F" },
    { "svc:kenn#wort@proxy:3128", "***@proxy:3128", LOGIN "# as %23" },
    { "http://svc:k@nn#w/rt@proxy:3128", "http://***@proxy:3128",
        LOGIN "@ as %40, / as %2F, # as %23" },
    { "https://k@corp:k@nn w?rt@proxy:3128", "https://***@proxy:3128",
        LOGIN "@ as %40, ? as %3F, a blank as %20" },
    { "http://svc:kennwort", "http://svc:***", PORT },
    { "svc:kennwort", "svc:***", PORT },
    { "http://${PROXY}:3128", "http://${PROXY}:3128",
        "it does not parse as a URL: put the real value in the place of the placeholder" },
    { "http://<proxy>:3128", "http://<proxy>:3128",
        "it does not parse as a URL: put the real value in the place of the placeholder" },
    { "http://a:3128,b:3128", "http://a:***",
        "the port is not a number from 1 to 65535: name one proxy" },
    { "http://fd00::1:3128", "http://fd00::1:3128",
        "the port is not a number from 1 to 65535: write an IPv6 address as "
        "http://[ADDRESS]:PORT" },
    { "DIRECT", "DIRECT", "it is no proxy: to go direct, leave the key out" },
    { "http://none/", "http://none/", "it is no proxy: to go direct, leave the key out" },
    { "http://169.254.169.254:80", "http://169.254.169.254:80",
        "it is the metadata service, not a proxy: give the proxy's address" },
    { "[fd00:ec2::254]:80", "[fd00:ec2::254]:80",
        "it is the metadata service, not a proxy: give the proxy's address" },
    { "http://svc:1/kennwort@proxy", "http://***@proxy", LOGIN "/ as %2F" },
    { "http://CORP\\svc:kenn/wort@proxy:3128", "http://***@proxy:3128", LOGIN "/ as %2F" },
};

static void check_refused(const char *text, const char *shown, const char *reason)
{
    struct proxy_url url = { 0 };
    struct error err = { 0 };
    char expected[ERROR_TEXT_MAX];
    (void) snprintf(expected, sizeof(expected), "proxy URL \"%s\": %s", shown, reason);
    check_number(text, proxy_url_parse(text, &url, &err), -EINVAL);
    check_text(text, err.text, expected);
    check_number(text, err.status, EX_CONFIG);
    check_that(text, !url.text && !url.scheme && !url.host && !url.user && !url.password);
}

static void test_refusals(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(refusals); i++)
        check_refused(refusals[i].text, refusals[i].shown, refusals[i].reason);
}

static void test_password_without_user(void **state)
{
    (void) state;
    check_refused("http://:kennwort@proxy:3128", "http://***@proxy:3128",
        "it has a password without a user name: write both, or none");
}

/* Whatever is wrong with a URL, no part of its password comes out, wherever it stands. */
static void test_no_password_in_errors(void **state)
{
    (void) state;
    static const char *const texts[] = {
        "svc:KENNWORT@proxy/x",
        "svc:x@KENNWORT@proxy/x",
        "svc:x:KENNWORT@proxy/x",
        "svc:x KENNWORT@proxy",
        "http://svc:x#KENNWORT@proxy",
        "http://svc:x]KENNWORT@proxy/x",
        "http://svc:[KENNWORT@proxy/x",
        "http://svc:KENNWORT:x@proxy/x",
        "http://svc:1/KENNWORT",
        "http://svc:KENNWORT%0a@proxy",
        "http//svc:KENNWORT@proxy",
        "http:/svc:KENNWORT@proxy",
        "//svc:KENNWORT@proxy",
        "://svc:KENNWORT@proxy",
        "http://svc:x\\KENNWORT@proxy/x",
        "http:\\\\svc:KENNWORT@proxy",
        "svc:x=KENNWORT@proxy/x",
        "svc:KENNWORT=@proxy/x",
        "http://svc:x=KENNWORT@proxy/x",
        "svc:x://KENNWORT@proxy",
        "http://svc:x://KENNWORT@proxy/x",
        "http://svc:KENNWORT\n@proxy",
        "http://svc:x\nKENNWORT@proxy",
        "svc:KENNWORT\r\n@proxy",
    };
    size_t leaks = 0;
    for (size_t i = 0; i < ELEMENTSOF(texts); i++) {
        _cleanup_proxy_url_ struct proxy_url url = { 0 };
        struct error err = { 0 };
        (void) proxy_url_parse(texts[i], &url, &err);
        if (!strstr(err.text, "KENNWORT"))
            continue;
        check_show("the password of", texts[i], strlen(texts[i]));
        check_show("   is shown in", err.text, strlen(err.text));
        leaks++;
    }
    check_number("errors that show the password", leaks, 0);
}

/* Formats a login, checks its characters, and parses it back. */
static void check_round(const char *user, const char *password)
{
    char names[2][300], host[] = "proxy", scheme[] = "http";
    (void) snprintf(names[0], sizeof(names[0]), "%s", user);
    (void) snprintf(names[1], sizeof(names[1]), "%s", password);
    const struct proxy_url url = {
        .scheme = scheme, .user = names[0], .password = names[1], .host = host, .port = 3128
    };
    _cleanup_mem_ char *text = proxy_url_format(&url);
    for (const char *p = text; *p; p++)
        check_that(text, isalnum((unsigned char) *p) || strchr("._~:/@%,*[]-", *p));
    _cleanup_url_ struct url parsed = { 0 };
    const char *reason = NULL;
    int r = url_parse(text, &parsed, &reason);
    check_text(text, reason, NULL);
    check_number(text, r, 0);
    check_text(text, parsed.user, user);
    check_text(text, parsed.password, password);
    check_text(text, parsed.host, "proxy");
    check_text(text, parsed.port, "3128");
    check_that(text, !parsed.query && !parsed.fragment && strcmp(parsed.path, "/") == 0);
}

static void test_every_character(void **state)
{
    (void) state;
    char all[300] = "", one[4] = "a?b";
    for (int c = 0x20; c < 0x100; c++) {
        one[1] = (char) c;
        all[c - 0x20] = (char) c;
        if (c == 0x7f)
            all[c - 0x20] = 'x';
        else
            check_round(one, one);
    }
    check_round("svc", all);
    check_round(all, all);
    check_round("svc", "%41%2f%zz%");
    check_round("svc", "");
}

static void test_check_user(void **state)
{
    (void) state;
    static const struct {
        const char *user, *expected;
    } rows[] = {
        { "svc", "" },
        { "svc user@corp:x", "" },
        { "\xc3\xbc", "" },
        { "", "it is empty" },
        { "CORP\\svc", NTLM },
        { "svc\n", "it has a control character in it" },
        { "\x7f", "it has a control character in it" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        struct error err = { 0 };
        check_number(rows[i].user, proxy_url_check_user(rows[i].user, &err),
            *rows[i].expected ? -EINVAL : 0);
        check_text(rows[i].user, err.text, rows[i].expected);
        check_number(rows[i].user, err.status, *rows[i].expected ? EX_CONFIG : 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_canonical),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_password_without_user),
        cmocka_unit_test(test_no_password_in_errors),
        cmocka_unit_test(test_every_character),
        cmocka_unit_test(test_check_user),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
