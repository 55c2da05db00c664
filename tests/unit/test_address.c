/* SPDX-License-Identifier: MIT */
/* agent/lib/address.c: addresses and blocks, read and written back. */

#include "lib/address.h"

#include <errno.h>
#include <sys/socket.h>

#include "check.h"

static void test_round(void **state)
{
    (void) state;
    static const struct {
        const char *text, *expected;
        int family;
        unsigned int prefix;
        bool is_block;
    } rows[] = {
        { "10.1.2.3", "10.1.2.3", AF_INET, 32, false },
        { "0.0.0.0", "0.0.0.0", AF_INET, 32, false },
        { "255.255.255.255", "255.255.255.255", AF_INET, 32, false },
        { "10.0.0.0/8", "10.0.0.0/8", AF_INET, 8, true },
        { "10.255.255.255/8", "10.0.0.0/8", AF_INET, 8, true },
        { "10.1.255.255/9", "10.0.0.0/9", AF_INET, 9, true },
        { "10.128.255.255/9", "10.128.0.0/9", AF_INET, 9, true },
        { "172.31.17.9/20", "172.31.16.0/20", AF_INET, 20, true },
        { "10.1.2.3/31", "10.1.2.2/31", AF_INET, 31, true },
        { "10.1.2.3/32", "10.1.2.3/32", AF_INET, 32, true },
        { "10.1.2.3/0", "0.0.0.0/0", AF_INET, 0, true },
        { "10.1.2.3/08", "10.0.0.0/8", AF_INET, 8, true },
        { "::", "::", AF_INET6, 128, false },
        { "::1", "::1", AF_INET6, 128, false },
        { "FD00:EC2:0:0:0:0:0:254", "fd00:ec2::254", AF_INET6, 128, false },
        { "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", AF_INET6, 128, false },
        { "2001:0db8::00ff/032", "2001:db8::/32", AF_INET6, 32, true },
        { "fd12:3456:789a:ffff::1/57", "fd12:3456:789a:ff80::/57", AF_INET6, 57, true },
        { "ffff::/0", "::/0", AF_INET6, 0, true },
        { "::1/128", "::1/128", AF_INET6, 128, true },
        { "::ffff:10.1.2.3", "::ffff:10.1.2.3", AF_INET6, 128, false },
        { "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff/128",
            "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff/128", AF_INET6, 128, true },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        struct address address = { 0 };
        char text[ADDRESS_TEXT_MAX];
        check_number(rows[i].text, address_parse(rows[i].text, &address), 0);
        check_number(rows[i].text, address.family, rows[i].family);
        check_number(rows[i].text, address.prefix, rows[i].prefix);
        check_number(rows[i].text, address.is_block, rows[i].is_block);
        address_format(&address, text);
        check_text(rows[i].text, text, rows[i].expected);
    }
}

static void test_refused(void **state)
{
    (void) state;
    static const char *const texts[] = { "", "/", "/8", "a", "localhost", "10", "10.1", "10.1.2",
        "10.1.2.", "10.1.2.3.4", "10.1.2.256", "10.1.2.-1", "010.1.2.3", "0x7f.0.0.1", " 10.1.2.3",
        "10.1.2.3 ", "10.1.2.3/", "10.1.2.3/33", "10.1.2.3/-1", "10.1.2.3/+8", "10.1.2.3/ 8",
        "10.1.2.3/8 ", "10.1.2.3/8/8", "10.1.2.3/255.0.0.0", "10.1.2.3/0008", "10.1.2.3/4294967304",
        "10.1.2.3:80", "10.0.0.*", ":", ":::", "::g", "1::2::3", "[::1]", "::1/129", "::1/",
        "fe80::1%eth0", "fe80::1%1/64", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
        "12345::", "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000" };
    for (size_t i = 0; i < ELEMENTSOF(texts); i++) {
        struct address address = { .family = 77 };
        check_number(texts[i], address_parse(texts[i], &address), -EINVAL);
        check_number("untouched", address.family, 77);
    }
}

static void test_overlaps(void **state)
{
    (void) state;
    static const struct {
        const char *a, *b;
        bool overlaps;
    } rows[] = {
        { "10.0.0.0/8", "10.1.0.0/16", true },
        { "10.0.0.0/8", "11.0.0.0/8", false },
        { "10.0.0.0/8", "0.0.0.0/0", true },
        { "10.128.0.0/9", "10.127.0.0/16", false },
        { "10.1.2.3", "10.1.2.0/31", false },
        { "10.1.2.3", "10.1.2.2/31", true },
        { "10.1.2.3", "10.1.2.3", true },
        { "2600:1f18:1234:5600::/56", "2600:1f18:1234:56ff::/64", true },
        { "2600:1f18:1234:5600::/56", "2600:1f18:1234:5700::/56", false },
        { "2600:1f18:1234:5600::/56", "::/0", true },
        { "2600::1", "2600::1/128", true },
        { "2600::1", "2600::2", false },
        { "::/0", "0.0.0.0/0", false },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        struct address a, b;
        check_number(rows[i].a, address_parse(rows[i].a, &a), 0);
        check_number(rows[i].b, address_parse(rows[i].b, &b), 0);
        check_number(rows[i].a, address_overlaps(&a, &b), rows[i].overlaps);
        check_number(rows[i].b, address_overlaps(&b, &a), rows[i].overlaps);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_overlaps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
