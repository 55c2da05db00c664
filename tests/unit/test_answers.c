/* SPDX-License-Identifier: MIT */
/* agent/instance/answers.c: what AWS can send, and what only something else would. */

#include "instance/answers.h"

#include "check.h"

static const struct {
    const char *text;
    bool is_region, is_domain;
} words[] = {
    { "us-east-1", true, false },
    { "us-gov-west-1", true, false },
    { "us-isob-east-1", true, false },
    { "ap-southeast-7", true, false },
    { "eusc-de-east-1", true, false },
    { "mx-central-12", true, false },
    { "us-east-1a", false, false },
    { "US-EAST-1", false, false },
    { "us-1", false, false },
    { "east-1", false, false },
    { "us-east", false, false },
    { "us--1", false, false },
    { "-us-east-1", false, false },
    { "us-east-", false, false },
    { "us-east-1.evil.example", false, true },
    { "1-2-3", false, false },
    { "-", false, false },
    { ".", false, false },
    { "OK", false, false },
    { "amazonaws.com", false, true },
    { "amazonaws.com.cn", false, true },
    { "sc2s.sgov.gov", false, true },
    { "cloud.adc-e.uk", false, true },
    { "com", false, false },
    { ".com", false, false },
    { "com.", false, false },
    { "a..b", false, false },
    { "-a.b", false, false },
    { "a-.b", false, false },
    { "a_b.com", false, false },
    { "10.0.0.1", false, false },
    { "a.1", false, false },
    { "", false, false },
    { "a23456789012345678901234567890123456789012345678901234567890123.com", false, true },
    { "a234567890123456789012345678901234567890123456789012345678901234.com", false, false },
};

static void test_words(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(words); i++) {
        check_number(words[i].text, answer_is_region(words[i].text), words[i].is_region);
        check_number(words[i].text, answer_is_domain(words[i].text), words[i].is_domain);
    }
}

static const struct {
    const char *text;
    bool good;
} blocks[] = {
    { "10.0.0.0/16", true },
    { "10.0.0.0/28", true },
    { "100.64.0.0/16", true },
    { "198.19.0.0/20", true },
    { "52.1.0.0/16", true },
    { "10.0.0.0/15", false },
    { "10.0.0.0/8", false },
    { "10.0.0.0/29", false },
    { "10.0.0.1", false },
    { "0.0.0.0/0", false },
    { "0.0.0.0/16", false },
    { "128.0.0.0/1", false },
    { "127.0.0.0/16", false },
    { "169.254.0.0/16", false },
    { "169.254.169.240/28", false },
    { "224.0.0.0/16", false },
    { "240.1.0.0/16", true },
    { "2600:1f18:1234:5600::/56", true },
    { "2600:1f18::/44", true },
    { "fd00:1234:5678:9000::/60", true },
    { "2600::/40", false },
    { "2600:1f18:1234:5678::/64", false },
    { "::/0", false },
    { "::/48", false },
    { "::ffff:0:0/44", false },
    { "fe80::/56", false },
    { "ff02::/56", false },
    { "2600:1f18::1", false },
};

static void test_blocks(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(blocks); i++) {
        struct address block;
        check_number(blocks[i].text, address_parse(blocks[i].text, &block), 0);
        check_number(blocks[i].text, answer_is_vpc_block(&block), blocks[i].good);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
