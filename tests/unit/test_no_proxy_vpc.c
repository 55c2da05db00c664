/* SPDX-License-Identifier: MIT */
/* agent/proxy/no_proxy.c: the IPv6 blocks of a VPC, written or left out. */

#include "no_proxy_list.h"

#define LEFT_OUT_IPV6(blocks)                                                                      \
    "the VPC has IPv6 blocks, and none is in no_proxy (" blocks                                    \
    "): clients reach its hosts directly by their private DNS names, by IPv6 addresses through "   \
    "the proxy; use the names, or set no_proxy.vpc_ipv6 to true where no Python httpx runs"

static const struct row rows[] = {
    { .row = "an IPv6 VPC, its blocks left out",
        .vpc = true,
        .region = "us-east-1",
        .left_out = "2600:1f18:1234:5600::/56 2600:1f18:1234:5700::/56",
        .expected = ALWAYS ",.ec2.internal,*.ec2.internal",
        .warnings = LEFT_OUT_IPV6("2600:1f18:1234:5600::/56, 2600:1f18:1234:5700::/56") },
    { .row = "an IPv6 VPC, one of its blocks added",
        .vpc = true,
        .region = "us-east-1",
        .left_out = "2600:1f18:1234:5600::/56 2600:1f18:1234:5700::/56",
        .add = "2600:1f18:1234:5700::/56",
        .expected = ALWAYS ",.ec2.internal,*.ec2.internal,2600:1f18:1234:5700::/56",
        .warnings = BLOCK_WARNING("2600:1f18:1234:5700::/56") "\n"
                                                              "unheard 2600:1f18:1234:5700::/56" },
    { .row = "an IPv6 VPC, and a block around it",
        .vpc = true,
        .region = "us-east-1",
        .left_out = "2600:1f18:1234:5600::/56",
        .add = "2600:1f18::/32",
        .expected = ALWAYS ",.ec2.internal,*.ec2.internal,2600:1f18::/32",
        .warnings = BLOCK_WARNING("2600:1f18::/32") "\nunheard 2600:1f18::/32" },
    { .row = "an IPv6 VPC, and other addresses",
        .vpc = true,
        .region = "us-east-1",
        .left_out = "2600:1f18:1234:5600::/56",
        .add = "2600:1f18:1234:5600::1 fd00::/8 10.0.0.0/8",
        .expected =
            ALWAYS ",.ec2.internal,*.ec2.internal,2600:1f18:1234:5600::1,fd00::/8,10.0.0.0/8",
        .warnings = LEFT_OUT_IPV6("2600:1f18:1234:5600::/56") "\n" BLOCK_WARNING(
            "fd00::/8") "\n"
                        "unheard 2600:1f18:1234:5600::1\nunheard fd00::/8\nunheard 10.0.0.0/8" },
    { .row = "an IPv6 VPC, everything exempt",
        .vpc = true,
        .left_out = "2600:1f18:1234:5600::/56",
        .add = "*",
        .expected = "*",
        .warnings = "unheard *" },
    { .row = "an IPv6 VPC, its blocks written",
        .vpc = true,
        .region = "us-east-1",
        .cidrs = "10.0.0.0/16 2600:1f18:1234:5600::/56",
        .expected = ALWAYS ",.ec2.internal,*.ec2.internal,10.0.0.0/16,2600:1f18:1234:5600::/56",
        .warnings = BLOCK_WARNING("2600:1f18:1234:5600::/56") },
};

static void test_rows(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_row(&rows[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
