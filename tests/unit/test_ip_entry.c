/* SPDX-License-Identifier: MIT */
/* agent/clients/ip_entry.c: which entries are numbers to a client, and what they hold. */

#include "clients/ip_entry.h"

#include <sys/socket.h>

#include "check.h"

enum { ALL = NUMBER_V4 | NUMBER_V6 | BLOCK_V4 | BLOCK_V6 };

/* What an entry is to a client that reads these numbers; NULL: nothing. */
static const struct {
    int numbers;
    const char *entry, *expected;
} rows[] = {
    { 0, "10.1.2.3", NULL },
    { ALL, "10.1.2.3", "10.1.2.3" },
    { ALL, "FD00:EC2::254", "fd00:ec2::254" },
    { ALL, "10.1.2.3/8", "10.0.0.0/8" },
    { ALL, "fd12::/16", "fd12::/16" },
    { ALL, "::/0", "::/0" },
    { ALL, "corp.example", NULL },
    { ALL, "10.1.2", NULL },
    { ALL, "10.0.0.0/33", NULL },
    { ALL, "10.0.0.0/", NULL },
    { ALL, "10.0.0.0/8x", NULL },
    { ALL, "", NULL },

    { NUMBER_V4, "fd12::1", NULL },
    { NUMBER_V4, "10.0.0.0/8", NULL },
    { NUMBER_V6, "fd12::/16", NULL },
    { BLOCK_V4, "10.1.2.3", NULL },
    { BLOCK_V4, "fd12::/16", NULL },
    { BLOCK_V6, "10.0.0.0/8", NULL },

    { ALL | NUMBER_DOT, ".10.1.2.3", "10.1.2.3" },
    { ALL, ".10.1.2.3", NULL },
    { ALL | NUMBER_SHORT, "10.1", "10.0.0.1" },
    { ALL | NUMBER_SHORT, "10.1/8", NULL },
    { ALL | NUMBER_SHORT, "167838211", NULL },
    { ALL | NUMBER_SHORT | NUMBER_INTEGER, "167838211", "10.1.2.3" },
    { ALL | BLOCK_SHORT, "10.1/8", "10.0.0.0/8" },
    { ALL | BLOCK_SHORT, "10.1", NULL },
    { ALL, "::ffff:10.1.2.3", "::ffff:10.1.2.3" },
    { ALL | NUMBER_MAPPED, "::ffff:10.1.2.3", "10.1.2.3" },
    { ALL | NUMBER_MAPPED, "::ffff:10.1.2.3/104", "10.0.0.0/8" },
    { ALL | NUMBER_MAPPED, "::ffff:10.1.2.3/95", "::fffe:0:0/95" },
    { ALL | NUMBER_MAPPED | BLOCK_MAPPED_96, "::ffff:10.1.2.3/95", NULL },

    /* The length of a block. */
    { ALL, "10.0.0.0/08", "10.0.0.0/8" },
    { ALL, "10.0.0.0/0008", "10.0.0.0/8" },
    { ALL | BLOCK_NO_ZEROS, "10.0.0.0/08", NULL },
    { ALL | BLOCK_NO_ZEROS, "0.0.0.0/0", "0.0.0.0/0" },
    { ALL | BLOCK_FEW_DIGITS, "10.0.0.0/08", "10.0.0.0/8" },
    { ALL | BLOCK_FEW_DIGITS, "10.0.0.0/008", NULL },
    { ALL | BLOCK_FEW_DIGITS, "fd12::/016", "fd12::/16" },
    { ALL | BLOCK_FEW_DIGITS, "fd12::/0016", NULL },
    { ALL, "10.0.0.0/ +8", NULL },
    { ALL | BLOCK_SIGN, "10.0.0.0/ +8", "10.0.0.0/8" },
    { ALL | BLOCK_SIGN, "10.0.0.0/8x", NULL },
    { ALL | BLOCK_LENIENT, "10.0.0.0/ +8x", "10.0.0.0/8" },
    { ALL | BLOCK_LENIENT, "10.0.0.0/-8", NULL },
    { ALL | BLOCK_INT, "10.0.0.0/ 0_8 ", "10.0.0.0/8" },
    { ALL | BLOCK_INT, "10.0.0.0/-1", NULL },
    { ALL | BLOCK_INT, "10.0.0.0/8x", NULL },
    { ALL, "10.0.0.0/255.0.0.0", NULL },
    { ALL | BLOCK_NETMASK, "10.0.0.0/255.0.0.0", "10.0.0.0/8" },
    { ALL | BLOCK_NETMASK, "10.0.0.0/0.0.0.0", "0.0.0.0/0" },
    { ALL | BLOCK_NETMASK, "10.0.0.0/255.0.255.0", NULL },
    { ALL | BLOCK_STRICT, "10.0.0.0/8", "10.0.0.0/8" },
    { ALL | BLOCK_STRICT, "10.1.0.0/8", NULL },
    { ALL | BLOCK_0_IS_ONE, "10.1.2.3/0", "10.1.2.3" },
    { ALL | BLOCK_NOT_0, "10.1.2.3/0", NULL },
    { ALL | BLOCK_NOT_0 | BLOCK_LENIENT, "10.1.2.3/", NULL },
};

static void test_parse(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        const struct client client = { .numbers = rows[i].numbers };
        struct address address;
        char text[ADDRESS_TEXT_MAX] = "", row[128];
        (void) snprintf(row, sizeof(row), "%s to %#x", rows[i].entry, (unsigned) rows[i].numbers);
        bool is_number = ip_entry_parse(&client, rows[i].entry, &address);
        if (is_number)
            address_format(&address, text);
        check_text(row, is_number ? text : NULL, rows[i].expected);
    }
}

static struct address address_of(const char *text)
{
    struct address address;
    check_number(text, address_parse(text, &address), 0);
    return address;
}

static void test_holds(void **state)
{
    (void) state;
    static const struct {
        const char *block, *address;
        bool holds, range_holds;
    } tries[] = {
        { "10.0.0.0/8", "10.255.255.255", true, false },
        { "10.0.0.0/8", "11.0.0.0", false, false },
        { "10.0.0.0/15", "10.1.255.255", true, false },
        { "10.0.0.0/15", "10.2.0.0", false, false },
        { "10.0.0.2", "10.0.0.2", true, false },
        { "10.0.0.2", "10.0.0.3", false, false },
        { "0.0.0.0/0", "10.0.0.2", true, false },
        { "0.0.0.0/0", "fd12::1", false, false },
        { "fd12::/127", "fd12::1", true, false },
        { "fd12::/127", "fd12::2", false, false },
        { "10.0.0.1-10.0.0.9", "10.0.0.1", false, true },
        { " 10.0.0.1 - 10.0.0.9 ", "10.0.0.9", false, true },
        { "10.0.0.1-10.0.0.9-x", "10.0.0.9", false, true },
        { "10.0.0.1-10.0.0.9", "10.0.0.0", false, false },
        { "10.0.0.1-10.0.0.9", "10.0.0.10", false, false },
        { "10.0.0.1-10.0.0.0/8", "10.0.0.1", false, false },
        { "10.0.0.1-", "10.0.0.1", false, false },
        { "fd12::1-fd12::9", "fd12::1", false, false },
    };
    for (size_t i = 0; i < ELEMENTSOF(tries); i++) {
        const struct address address = address_of(tries[i].address);
        struct address block;
        bool is_block = address_parse(tries[i].block, &block) == 0;
        check_number(tries[i].block, is_block && ip_entry_holds(&address, &block), tries[i].holds);
        check_number(
            tries[i].block, ip_entry_range_holds(tries[i].block, &address), tries[i].range_holds);
    }
}

static void test_int(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        bool is_int;
        long value;
    } tries[] = {
        { "8", true, 8 },
        { " \t+8\n", true, 8 },
        { "-8", true, -8 },
        { "1_000", true, 1000 },
        { "008", true, 8 },
        { "", false, 0 },
        { "+", false, 0 },
        { "_8", false, 0 },
        { "8_", false, 0 },
        { "1__0", false, 0 },
        { "+ 8", false, 0 },
        { "8x", false, 0 },
        { "0x8", false, 0 },
    };
    for (size_t i = 0; i < ELEMENTSOF(tries); i++) {
        long value = 0;
        check_number(tries[i].text,
            ip_entry_parse_int(tries[i].text, strlen(tries[i].text), &value), tries[i].is_int);
        check_number(tries[i].text, value, tries[i].value);
    }
    long value = 0;
    check_that("a part of a text", ip_entry_parse_int("80x", 2, &value));
    check_number("a part of a text", value, 80);
}

static void test_is_address(void **state)
{
    (void) state;
    check_that("IPv4", ip_entry_is_address("10.1.2.3:80", 8, AF_INET));
    check_that("IPv4", !ip_entry_is_address("10.1.2.3:80", 9, AF_INET));
    check_that("not IPv6", !ip_entry_is_address("10.1.2.3", 8, AF_INET6));
    check_that("IPv6", ip_entry_is_address("fd12::1", 7, AF_INET6));
    check_that("brackets", !ip_entry_is_address("[fd12::1]", 9, AF_INET6));
    check_that("a block", !ip_entry_is_address("10.0.0.0/8", 10, AF_INET));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_holds),
        cmocka_unit_test(test_int),
        cmocka_unit_test(test_is_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
