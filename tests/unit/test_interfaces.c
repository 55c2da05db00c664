/* SPDX-License-Identifier: MIT */
/* agent/instance/interfaces.c: whose subnets can be the VPC's. */

#include "instance/interfaces.h"

#include "check.h"

enum { PLAIN = 0, DOWN = 1, LOOPBACK = 2, POINT_TO_POINT = 4, NO_ETHERNET = 8, DEVICE = 16 };

struct row {
    const char *name, *address;
    int traits;
};

static const struct {
    const char *case_name;
    struct row rows[8];
    const char *expected;
} cases[] = {
    { "nothing", { { 0 } }, "" },
    { "an instance", { { "lo", "127.0.0.1/8", LOOPBACK }, { "ens5", "10.0.3.17/24", DEVICE } },
        "10.0.3.0/24\n" },
    { "two interfaces, three subnets",
        { { "eth0", "10.0.3.17/24", DEVICE }, { "eth1", "10.0.4.9/20", DEVICE },
            { "eth1", "172.31.1.1/28", DEVICE } },
        "10.0.3.0/24\n10.0.0.0/20\n172.31.1.0/28\n" },
    { "a second address of one subnet",
        { { "eth0", "10.0.3.17/24", DEVICE }, { "eth0", "10.0.3.18/24", DEVICE } },
        "10.0.3.0/24\n" },
    { "what has no hardware, beside what has",
        { { "ens5", "10.0.3.17/24", DEVICE }, { "br0", "10.9.0.1/24", PLAIN },
            { "docker0", "172.17.0.1/16", PLAIN }, { "eni12ab", "10.0.3.99/24", PLAIN } },
        "10.0.3.0/24\n" },
    { "no hardware is known",
        { { "host0", "10.0.3.17/24", PLAIN }, { "docker0", "172.17.0.1/16", PLAIN },
            { "br-0123456789ab", "172.18.0.1/16", PLAIN }, { "veth1234567", "10.1.0.1/24", PLAIN },
            { "cni0", "10.244.0.1/24", PLAIN }, { "virbr0", "192.168.122.1/24", PLAIN },
            { "wg0", "10.200.0.1/24", PLAIN } },
        "10.0.3.0/24\n" },
    { "down", { { "ens5", "10.0.3.17/24", DEVICE | DOWN } }, "" },
    { "a tunnel",
        { { "vpn0", "10.8.0.2/24", POINT_TO_POINT }, { "sit0", "10.8.1.2/24", NO_ETHERNET } }, "" },
    { "link-local", { { "ens5", "169.254.10.1/16", DEVICE } }, "" },
    { "larger and smaller than a subnet of a VPC can be",
        { { "ens5", "10.0.3.17/28", DEVICE }, { "ens6", "10.1.2.3/29", DEVICE },
            { "ens7", "10.1.2.9/30", DEVICE }, { "ens8", "172.16.0.1/12", DEVICE } },
        "10.0.3.16/28\n" },
    { "one address, and all of them",
        { { "ens5", "10.0.3.17/32", DEVICE }, { "ens6", "0.0.0.0/0", DEVICE },
            { "ens7", "10.0.3.16/31", DEVICE } },
        "" },
};

static struct interface interface_of(const struct row *row)
{
    struct interface interface = { .is_up = !(row->traits & DOWN),
        .is_loopback = row->traits & LOOPBACK,
        .is_point_to_point = row->traits & POINT_TO_POINT,
        .is_ethernet = !(row->traits & NO_ETHERNET),
        .has_device = row->traits & DEVICE };
    (void) snprintf(interface.name, sizeof(interface.name), "%s", row->name);
    check_number(row->name, address_parse(row->address, &interface.subnet), 0);
    return interface;
}

static void test_subnets(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
        struct interface interfaces[ELEMENTSOF(cases[i].rows)];
        _cleanup_buffer_ struct buffer lines = { 0 };
        size_t count = 0;
        for (; count < ELEMENTSOF(cases[i].rows) && cases[i].rows[count].name; count++)
            interfaces[count] = interface_of(&cases[i].rows[count]);
        check_number(cases[i].case_name, interfaces_append_subnets(interfaces, count, &lines), 0);
        check_text(cases[i].case_name, lines.data ? lines.data : "", cases[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_subnets) };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
