/* SPDX-License-Identifier: MIT */
/* agent/setup/slice.c: who is in the slice, and what it lets through. */

#include "setup/slice.h"

#include "check.h"

static void test_has(void **state)
{
    (void) state;
    static const struct {
        const char *cgroup;
        bool expected;
    } rows[] = {
        { "0::/ec2bootstrap.slice/ec2-bootstrap.service\n", true },
        { "12:pids:/a\n1:name=systemd:/ec2bootstrap.slice/ec2-bootstrap.service\n", true },
        { "0::/system.slice/cloud-init.service\n", false },
        { "0::/system.slice/ec2bootstrap.slice\n", false },
        { "0::/user.slice/my-ec2bootstrap.slice/a\n", false },
        { "0::/\n", false },
        { "", false },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer cgroup = { 0 };
        size_t length = strlen(rows[i].cgroup);
        check_number("append", length ? buffer_append(&cgroup, rows[i].cgroup, length) : 0, 0);
        check_number(rows[i].cgroup, slice_has(&cgroup), rows[i].expected);
    }
}

static void test_allows(void **state)
{
    (void) state;
    static const struct {
        const char *endpoint;
        bool expected;
    } rows[] = {
        { "http://169.254.169.254", true },
        { "http://169.254.169.254:8080", true },
        { "http://[fd00:ec2::254]", true },
        { "http://127.0.0.1:1338", true },
        { "http://127.9.9.9", true },
        { "http://[::1]:80", true },
        { "http://169.254.169.253", false },
        { "http://10.0.0.1", false },
        { "http://[fd00:ec2::1]", false },
        { "http://imds.corp.example", false },
        { "http://localhost", false },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_number(rows[i].endpoint, slice_allows(rows[i].endpoint), rows[i].expected);
}

static void test_name_servers(void **state)
{
    (void) state;
    static const struct {
        const char *resolv_conf, *expected;
    } rows[] = {
        { "search corp.example\nnameserver 10.0.0.2\n", " 10.0.0.2" },
        { "nameserver\t10.0.0.2 \nnameserver  fd09:0::9", " 10.0.0.2 fd09::9" },
        { "nameserver 10.0.0.2 # ours\r\nnameserver 10.0.0.3\r\n", " 10.0.0.2 10.0.0.3" },
        /* A resolver on the machine itself asks for us. */
        { "nameserver 127.0.0.53\nnameserver ::1\n", "" },
        { "#nameserver 10.0.0.2\n; nameserver 10.0.0.2\nnameserver\nnameservers 10.0.0.2\n", "" },
        { "nameserver10.0.0.2\nnameserver name\nnameserver fe80::1%eth0\n", "" },
        { "", "" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer file = { 0 }, servers = { 0 };
        check_number("append", buffer_append_text(&file, rows[i].resolv_conf), 0);
        check_number("append", slice_append_name_servers(&file, &servers), 0);
        check_text(rows[i].resolv_conf, servers.size ? servers.data : "", rows[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_has),
        cmocka_unit_test(test_allows),
        cmocka_unit_test(test_name_servers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
