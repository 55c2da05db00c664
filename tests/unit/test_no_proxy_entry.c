/* SPDX-License-Identifier: MIT */
/* agent/proxy/no_proxy_entry.c: what people paste, and what is written of it. */

#include "proxy/no_proxy_entries.h"

#include <errno.h>

#include "check.h"
#include "lib/memory.h"

static void test_split(void **state)
{
    (void) state;
    static const struct {
        const char *list, *expected;
    } rows[] = {
        { "", "" },
        { " , ;,\t\n", "" },
        { "a", "a" },
        { "a,b", "a|b" },
        { ",a,,b,", "a|b" },
        { " a , b ", "a|b" },
        { "a;b c\td\ne\r\nf\vg\fh", "a|b|c|d|e|f|g|h" },
        { "http://a:1/x,[::1]:2,10.0.0.0/8,*.b", "http://a:1/x|[::1]:2|10.0.0.0/8|*.b" },
        { "a,a", "a|a" },
        { "a\xc2\xa0"
          "b,\xc2\xa0 c\xc2\xa0",
            "a|b|c" },
        { "\xc3\xa0\xc2,\xa0", "\xc3\xa0\xc2|\xa0" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_strings_ struct strings list = { 0 };
        check_number(rows[i].list, no_proxy_entries_split(rows[i].list, &list), 0);
        _cleanup_mem_ char *joined = strings_join(&list, "|");
        check_text(rows[i].list, joined, rows[i].expected);
    }
}

#define CORP "corp.example,.corp.example,*.corp.example"
#define SUB  ".corp.example,*.corp.example"

static const struct {
    const char *text, *expected;
} written[] = {
    { "corp.example", CORP },
    { "Corp.EXAMPLE", CORP },
    { "corp.example.", CORP },
    { "corp.example/", CORP },
    { "http://corp.example", CORP },
    { "https://Corp.Example/", CORP },
    { "http://corp.example/path?q", CORP },
    { "corp.example/path", CORP },
    { ".corp.example", SUB },
    { "*.corp.example", SUB },
    { "*.Corp.example.", SUB },
    { "http://*.corp.example/", SUB },
    { "corp.example:8080", "corp.example:8080,.corp.example:8080,*.corp.example:8080" },
    { "http://corp.example:8080/", "corp.example:8080,.corp.example:8080,*.corp.example:8080" },
    { "*.corp.example:443", ".corp.example:443,*.corp.example:443" },
    { "LocalHost", "localhost" },
    { "a_b-c.d", "a_b-c.d,.a_b-c.d,*.a_b-c.d" },
    { "3com.example", "3com.example,.3com.example,*.3com.example" },
    { "x://unix:40", "unix:40,.unix:40,*.unix:40" },
    { "unix:40", "unix:40,.unix:40,*.unix:40" },
    { "10.1.2.3", "10.1.2.3" },
    { "http://10.1.2.3/", "10.1.2.3" },
    { "10.1.2.3.", "10.1.2.3" },
    { "10.1.2.3:80", "10.1.2.3:80" },
    { "10.1.2.3.:80", "10.1.2.3:80" },
    { "http://10.1.2.3./", "10.1.2.3" },
    { "http://10.1.2.3/x/8", "10.1.2.3" },
    { "http://corp.example/8", CORP },
    { "http://10.1.2.3:80/x", "10.1.2.3:80" },
    { "10.0.0.0/8", "10.0.0.0/8" },
    { "10.1.2.3/8", "10.0.0.0/8" },
    { "10.1.2.3/", "10.1.2.3" },
    { "0.0.0.0/0", "0.0.0.0/0" },
    { "::1", "::1" },
    { "[::1]", "::1,[::1]" },
    { "FD00:EC2:0::254", "fd00:ec2::254,fd00:ec2:0::254" },
    { "[FD00:EC2::254]", "fd00:ec2::254,[fd00:ec2::254]" },
    { "[2001:DB8:0:0::1]", "2001:db8::1,2001:db8:0:0::1,[2001:db8::1],[2001:db8:0:0::1]" },
    { "2001:db8:0000:0000:0000:0000:0000:0001",
        "2001:db8::1,2001:db8:0000:0000:0000:0000:0000:0001" },
    { "::ffff:10.0.0.1", "::ffff:10.0.0.1" },
    { "http://[fd00:0::1]/", "fd00::1,fd00:0::1" },
    { "[fd00:ec2::254]:80", "[fd00:ec2::254]:80" },
    { "http://[fd00:ec2::254]", "fd00:ec2::254" },
    { "http://[fd00:ec2::254]:80/", "[fd00:ec2::254]:80" },
    { "fd00::1/8", "fd00::/8" },
    { "[fd00::]/8", "fd00::/8" },
    { "*", "*" },
};

static void test_written(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(written); i++) {
        _cleanup_no_proxy_entry_ struct no_proxy_entry entry = { 0 }, again = { 0 };
        _cleanup_strings_ struct strings list = { 0 };
        struct error err = { 0 };
        int r = no_proxy_entry_parse(written[i].text, &entry, &err);
        check_text(written[i].text, err.text, "");
        check_number(written[i].text, r, 0);
        check_number(written[i].text, no_proxy_entry_write(&entry, false, &list), 0);
        _cleanup_mem_ char *joined = strings_join(&list, ",");
        check_text(written[i].text, joined, written[i].expected);

        /* The first form stands for the whole entry, and nothing is written twice. */
        check_number(list.items[0], no_proxy_entry_parse(list.items[0], &again, &err), 0);
        check_number(list.items[0], no_proxy_entry_write(&again, false, &list), 0);
        _cleanup_mem_ char *same = strings_join(&list, ",");
        check_text(written[i].text, same, written[i].expected);
    }
}

static void test_brackets(void **state)
{
    (void) state;
    static const struct {
        const char *text, *expected;
    } rows[] = {
        { "fd00:ec2::254", "fd00:ec2::254,[fd00:ec2::254]" },
        { "[FD00:ec2::254]", "fd00:ec2::254,[fd00:ec2::254]" },
        { "[fd00:ec2::254]:80", "[fd00:ec2::254]:80" },
        { "fd00::/8", "fd00::/8" },
        { "10.1.2.3", "10.1.2.3" },
        { "corp.example", CORP },
        { "*", "*" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_no_proxy_entry_ struct no_proxy_entry entry = { 0 };
        _cleanup_strings_ struct strings list = { 0 };
        check_number(rows[i].text, no_proxy_entry_parse(rows[i].text, &entry, NULL), 0);
        check_number(rows[i].text, no_proxy_entry_write(&entry, true, &list), 0);
        _cleanup_mem_ char *joined = strings_join(&list, ",");
        check_text(rows[i].text, joined, rows[i].expected);
    }
}

#define FRONT   "a '*' is understood only at the front, as in *.example.com"
#define NO_NAME "it is neither a DNS name nor an IP address or block: "
#define PLACE   NO_NAME "put the real value in the place of the placeholder"
#define MASK    NO_NAME "write the mask of a block as a number of bits, as in 10.0.0.0/8"
#define RANGE   NO_NAME "write a range as blocks, as in 10.0.0.0/8"
#define NAME                                                                                       \
    "it is neither a DNS name nor an IP address or block: write a name such as corp.example, or "  \
    "a block such as 10.0.0.0/8"
#define PORT  "the port is not a number from 1 to 65535"
#define LOGIN "it has a login: write the host alone"
#define IPV6  "its IPv6 address is not valid"
#define ZONE  "its IPv6 address has a zone: write it without"
#define BELOW "no name is below an address: write the address alone"
#define BLOCK "a URL holds no block: write the block alone, as in 10.0.0.0/8"

static const struct {
    const char *text, *reason;
} refusals[] = {
    { "10.*", "no client understands it: write 10.0.0.0/8" },
    { "10.*.*.*", "no client understands it: write 10.0.0.0/8" },
    { "10.1.*", "no client understands it: write 10.1.0.0/16" },
    { "172.16.*.*", "no client understands it: write 172.16.0.0/16" },
    { "192.168.1.*", "no client understands it: write 192.168.1.0/24" },
    { "300.*", FRONT },
    { "*corp.example", FRONT },
    { "*corp", FRONT },
    { "**", FRONT },
    { "corp.*", FRONT },
    { "a.*.example", FRONT },
    { "*.*.example", FRONT },
    { "*.corp.*", FRONT },
    { "", NAME },
    { "-", NAME },
    { "${VPC_CIDR}", PLACE },
    { "<VPC_CIDR>", PLACE },
    { "10.0.0.0/255.0.0.0", MASK },
    { "10.0.0.1-10.0.0.9", RANGE },
    { "10.0.0.0/33", MASK },
    { ".", NAME },
    { "*.", NAME },
    { "..corp.example", NAME },
    { "a..b", NAME },
    { "http://", NAME },
    { "b\xc3\xbc"
      "cher.example",
        NAME },
    { "a~b", NAME },
    { "a?b", NAME },
    { "a#b", NAME },
    { "%41.example", NAME },
    { "\"corp.example\"", NAME },
    { "-a b", NAME },
    { "10.1.2", NAME },
    { "10.1.2.256", NAME },
    { "10.1.2.3..", NAME },
    { "10.1.2.", NAME },
    { ".10.1.2.3", BELOW },
    { "*.10.1.2.3", BELOW },
    { ".10.1.2.3.", BELOW },
    { "http://*.10.1.2.3/", BELOW },
    { ".10.1.2.3:80", BELOW },
    { "http://10.0.0.0/8", BLOCK },
    { "http://10.1.2.0/24/", BLOCK },
    { "http://[fd00::]/8", BLOCK },
    { "10.1.2.0/24/", MASK },
    { "10.1.2.3.4", NAME },
    { "167772161", NAME },
    { "0x7f.0.0.1", NAME },
    { "10.0.0.0/8/8", MASK },
    { "fd00::/129", IPV6 },
    { "corp.example:0", PORT },
    { "corp.example:65536", PORT },
    { "corp.example:", PORT },
    { "10.1.2.3:80:80", IPV6 },
    { "fd00::1]", IPV6 },
    { "[::1]:0", PORT },
    { "[::1]:65536", PORT },
    { "[::1]:", PORT },
    { "[::1", IPV6 },
    { "[]", IPV6 },
    { "[corp.example]", IPV6 },
    { "[::1]x", IPV6 },
};

static void check_refused(const char *text, const char *reason)
{
    struct no_proxy_entry entry = { 0 };
    struct error err = { 0 };
    char expected[300];
    (void) snprintf(expected, sizeof(expected), "no_proxy entry \"%s\": %s", text, reason);
    check_number(text, no_proxy_entry_parse(text, &entry, &err), -EINVAL);
    check_text(text, err.text, expected);
    check_number(text, err.status, EX_CONFIG);
    check_that("untouched", !entry.name);
}

static void test_refusals(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(refusals); i++)
        check_refused(refusals[i].text, refusals[i].reason);
}

/* What stands where a port should may be the password of a login that was cut off. */
static void test_refusal_hides(void **state)
{
    (void) state;
    static const struct {
        const char *text, *expected;
    } rows[] = {
        { "svc:kennwort", "no_proxy entry \"svc:***\": " PORT },
        { "[::1]:x", "no_proxy entry \"[::1]:***\": " PORT },
        { "user@corp.example", "no_proxy entry \"***@corp.example\": " LOGIN },
        { "fe80::1%eth0", "no_proxy entry \"fe80:***\": " ZONE },
        { "[fe80::1%eth0]", "no_proxy entry \"[fe80:***\": " ZONE },
        { "[::g]", "no_proxy entry \"[:***\": " IPV6 },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        struct no_proxy_entry entry = { 0 };
        struct error err = { 0 };
        check_number("parse", no_proxy_entry_parse(rows[i].text, &entry, &err), -EINVAL);
        check_text(rows[i].text, err.text, rows[i].expected);
    }
}

/* What follows the bracket is not a part of the address. */
static void test_behind_bracket(void **state)
{
    (void) state;
    check_refused("[::1]9", IPV6);
    check_refused("[fd00::]1/8", IPV6);
}

static void test_dots_behind(void **state)
{
    (void) state;
    check_refused("corp.example..", NAME);
}

/* Who asks for the names below localhost gets them: no entry is dropped in silence. */
static void test_below_localhost(void **state)
{
    (void) state;
    _cleanup_no_proxy_entry_ struct no_proxy_entry entry = { 0 };
    _cleanup_strings_ struct strings list = { 0 };
    check_number("parse", no_proxy_entry_parse("*.localhost", &entry, NULL), 0);
    check_number("write", no_proxy_entry_write(&entry, false, &list), 0);
    _cleanup_mem_ char *joined = strings_join(&list, ",");
    check_text("*.localhost", joined, ".localhost,*.localhost");
}

static void test_is_host(void **state)
{
    (void) state;
    static const struct {
        const char *entry, *host;
        bool expected;
    } rows[] = {
        { "proxy.corp", "proxy.corp", true },
        { "Proxy.Corp.", "proxy.corp", true },
        { "proxy.corp", "proxy.corp.", true },
        { "http://proxy.corp:3128/", "proxy.corp", true },
        { ".proxy.corp", "proxy.corp", true },
        { "*.proxy.corp:80", "proxy.corp", true },
        { "corp", "proxy.corp", false },
        { "proxy", "proxy.corp", false },
        { "proxy.cor", "proxy.corp", false },
        { "proxy.corp.example", "proxy.corp", false },
        { "a.proxy.corp", "proxy.corp", false },
        { "proxy.corp", "proxy.corp..", false },
        { "*", "proxy.corp", false },
        { "10.0.0.5", "proxy.corp", false },
        { "10.0.0.5", "10.0.0.5", true },
        { "10.0.0.5/32", "10.0.0.5", true },
        { "10.0.0.5:80", "10.0.0.5", true },
        { "10.0.0.4/31", "10.0.0.5", false },
        { "10.0.0.4/31", "10.0.0.4", false },
        { "10.0.0.6", "10.0.0.5", false },
        { "[FD12:0::5]:80", "fd12::5", true },
        { "fd12::5/128", "fd12::5", true },
        { "fd12::/16", "fd12::5", false },
        { "::a00:5", "10.0.0.5", false },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_no_proxy_entry_ struct no_proxy_entry entry = { 0 };
        char row[64];
        (void) snprintf(row, sizeof(row), "%s, %s", rows[i].entry, rows[i].host);
        check_number(row, no_proxy_entry_parse(rows[i].entry, &entry, NULL), 0);
        check_number(row, no_proxy_entry_is_host(&entry, rows[i].host), rows[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_written),
        cmocka_unit_test(test_brackets),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_refusal_hides),
        cmocka_unit_test(test_behind_bracket),
        cmocka_unit_test(test_dots_behind),
        cmocka_unit_test(test_below_localhost),
        cmocka_unit_test(test_is_host),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
